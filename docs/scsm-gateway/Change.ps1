# What happens to an incident after it was made, and templates: the features externalId, changes and
# templates.

$commentClass = 'System.WorkItem.TroubleTicket.AnalystCommentLog'
$commentRelationship = 'System.WorkItem.TroubleTicketHasAnalystComment'

function Read-ExternalFilter {
    # "externalId eq 'x'"; nothing for another filter.
    param([string] $Filter)
    if ($Filter -cnotmatch "^externalId eq '((?:[^']|'')+)'$") { return $null }
    return $Matches[1].Replace("''", "'")
}

function Find-ByExternalId {
    # Also those that were made with another body: the key alone counts.
    param([hashtable] $Call, [string] $ExternalId)
    $manager = $Call.Gateway.ServiceManager
    $kind = $manager.Kinds.incidents
    $key = 'itsmc:' + (Get-TextHash $ExternalId)
    $match = New-Comparison $Call.Gateway.MarkProperty 'Like' "${key}:%" $kind.Class
    $rows = foreach ($found in (Find-Projection $manager $kind (New-Criteria $match))) {
        Format-WorkItem $found $kind
    }
    return [ordered]@{ value = @($rows) }
}

function Get-ConfigItemOfId {
    param([hashtable] $Manager, [string] $Id)
    try {
        return Format-ConfigItem (Resolve-ConfigItem $Manager $Id)
    } catch {
        # As a member of a body it would be a 400.
        if ($_.Exception.Message -notlike '*does not exist*') { throw }
        throw (New-ContractError 404 'notFound' "The configuration item $Id does not exist.")
    }
}

function Get-WorkItemForChange {
    param([hashtable] $Manager, [string] $Id)
    $found = Find-WorkItem $Manager $Id
    if ($null -eq $found -or $found.Kind.Class.Name -ne 'System.WorkItem.Incident') {
        throw (New-ContractError 404 'notFound' "The incident $Id does not exist.")
    }
    return $found
}

function Add-AffectedItem {
    # Once: who is linked already stays so.
    param([hashtable] $Manager, [hashtable] $Found, [string] $Id)
    $item = Resolve-ConfigItem $Manager $Id
    foreach ($linked in (Get-RelatedConfigItem $Found.Projection $Found.Kind)) {
        if ($linked.baseId -eq $item.Id.ToString()) { return }
    }
    $end = (Get-Relationship $Manager $aboutConfigItem).Target
    [void] $Found.Projection.Add($item, $end)
}

function Set-WorkItemAnswer {
    # PATCH: everything that can be refused is looked up before the one commit.
    param([hashtable] $Call, [string] $Id)
    $manager = $Call.Gateway.ServiceManager
    $known = 'status', 'resolutionDescription', 'resolutionCategory', 'affectedConfigItem'
    $members = Read-JsonBody -Request $Call.Request -Known $known -Required @()
    if ($members.Count -eq 0) {
        throw (New-ContractError 400 'badRequest' 'The body has no member.')
    }
    $found = Get-WorkItemForChange $manager $Id
    $status = Resolve-Choice $manager $members 'status' 'IncidentStatusEnum'
    $values = @{
        Status = $status
        ResolutionDescription = $members['resolutionDescription']
        ResolutionCategory = Resolve-Choice $manager $members 'resolutionCategory' `
            'IncidentResolutionCategoryEnum'
    }
    # The console writes the date with the status; a workflow of the server may not.
    if ($null -ne $status -and $status.Name -eq 'IncidentStatusEnum.Resolved' -and
        $null -eq (Get-Value $found.Projection.Object 'ResolvedDate')) {
        $values.ResolvedDate = [datetime]::UtcNow
    }
    if ($members['affectedConfigItem']) {
        Add-AffectedItem $manager $found $members.affectedConfigItem
    }
    Set-IncidentValue $manager $found.Projection $values
    $found.Projection.Commit()
    return New-Answer 200 (Get-WorkItemBody $manager $Id)
}

function New-CommentAnswer {
    # An analyst's comment, in the action log.
    param([hashtable] $Call, [string] $Id)
    $manager = $Call.Gateway.ServiceManager
    $members = Read-JsonBody -Request $Call.Request -Known 'text' -Required 'text'
    $found = Get-WorkItemForChange $manager $Id
    $class = Get-Class $manager $commentClass
    $comment = New-Object `
        Microsoft.EnterpriseManagement.Common.CreatableEnterpriseManagementObject `
        (Get-Group $manager), $class
    $commentId = [guid]::NewGuid().ToString()
    $values = @{
        Id = $commentId
        Comment = $members.text
        EnteredBy = 'itsmc'
        EnteredDate = [datetime]::UtcNow
        IsPrivate = $false
    }
    foreach ($property in $values.Keys) {
        [Itsmc.ServiceManagerCalls]::Set($comment, $class, $property, $values[$property])
    }
    $end = (Get-Relationship $manager $commentRelationship).Target
    [void] $found.Projection.Add($comment, $end)
    $found.Projection.Commit()
    return New-Answer 201 ([ordered]@{ id = $commentId; text = $members.text })
}

function Get-TemplateBody {
    # Templates of incidents. What each sets is not told: the SDK keeps it as paths and values.
    param([hashtable] $Manager)
    $rows = foreach ($template in (Get-Group $Manager).Templates.GetObjectTemplates()) {
        $projection = $template.TypeID.GetElement()
        $isProjection =
            $projection -is [Microsoft.EnterpriseManagement.Configuration.ManagementPackTypeProjection]
        $class = $projection
        if ($isProjection) { $class = $projection.TargetType }
        if ($class.Name -ne 'System.WorkItem.Incident') { continue }
        $projectionName = $null
        if ($isProjection) { $projectionName = $projection.Name }
        [ordered]@{
            id = $template.Id.ToString()
            name = $template.DisplayName
            class = $class.Name
            projection = $projectionName
            values = @{}
        }
    }
    return [ordered]@{ value = @($rows) }
}
