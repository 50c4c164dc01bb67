// The case table by the names of Dataverse, served by another OData v4 server. People are bare
// GUIDs here: annotations are Dataverse's own.
namespace proof;

entity Incidents {
  key incidentid     : UUID;
      ticketnumber   : String(100);
      title          : String(200);
      description    : LargeString;
      statecode      : Integer;
      statuscode     : Integer;
      prioritycode   : Integer;
      severitycode   : Integer;
      caseorigincode : Integer;
      casetypecode   : Integer;
      createdon      : DateTime;
      modifiedon     : DateTime;
      escalatedon    : DateTime;
      _ownerid_value    : UUID;
      _createdby_value  : UUID;
      _modifiedby_value : UUID;
      _customerid_value : UUID;
}

entity Definitions {
  key LogicalName           : String;
      EntitySetName         : String;
      PrimaryIdAttribute    : String;
      PrimaryNameAttribute  : String;
      ChangeTrackingEnabled : Boolean;
}

@path: '/api/data/v9.2'
service CaseService {
  @cds.query.limit: { default: 40, max: 40 }
  entity incidents as projection on Incidents;
  entity EntityDefinitions as projection on Definitions;
  function WhoAmI() returns { UserId : UUID; OrganizationId : UUID; BusinessUnitId : UUID; };
  function RetrieveVersion() returns { Version : String; };
}
