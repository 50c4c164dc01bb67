# The management group: its connection, its types, queries, lists and account.

$deletedStatuses = @(
    '47101e64-237f-12c8-e3f5-ec5a665412fb',  # ObjectStatus PendingDelete
    'eec83e3c-0106-d4c0-99ea-93b75fd23020'   # ObjectStatus Deleted
)
# A member of a work item, and the relationship that it comes by.
$people = [ordered]@{
    createdBy = 'System.WorkItemCreatedByUser'
    assignedTo = 'System.WorkItemAssignedToUser'
    affectedUser = 'System.WorkItemAffectedUser'
    resolvedBy = 'System.WorkItem.TroubleTicketResolvedByUser'
    closedBy = 'System.WorkItem.TroubleTicketClosedByUser'
}
$aboutConfigItem = 'System.WorkItemAboutConfigItem'

function Import-Sdk {
    param([string] $Directory)
    $assemblies = foreach ($name in 'Microsoft.EnterpriseManagement.Core',
        'Microsoft.EnterpriseManagement.ServiceManager') {
        $file = Join-Path $Directory "$name.dll"
        if (-not (Test-Path -LiteralPath $file)) {
            throw "there is no $name.dll in -SdkDirectory: install the Service Manager console"
        }
        Add-Type -Path $file
        $file
    }
    Add-Type -Path (Join-Path $PSScriptRoot 'ServiceManagerCalls.cs') `
        -ReferencedAssemblies $assemblies
}

function Connect-ServiceManager {
    # TCP 5724 of the management server.
    param([string] $Server, [string] $CredentialFile)
    $settings = New-Object Microsoft.EnterpriseManagement.EnterpriseManagementConnectionSettings `
        $Server
    if ($CredentialFile) {
        $credential = Import-Clixml -LiteralPath $CredentialFile
        $account = $credential.GetNetworkCredential()
        $settings.UserName = $account.UserName
        $settings.Domain = $account.Domain
        $settings.Password = $credential.Password
    }
    return New-Object Microsoft.EnterpriseManagement.EnterpriseManagementGroup $settings
}

function Find-ByName {
    # One of the management packs' elements; names are unique among those of the product. The comma:
    # a projection type is enumerable, and PowerShell would return its parts.
    param($Elements, [string] $Name, [string] $What)
    $found = @($Elements | Where-Object { $_.Name -eq $Name })
    if ($found.Count -eq 0) { throw "Service Manager has no $What $Name" }
    return , $found[0]
}

function New-WorkItemKind {
    # A class, its projection, and which members the projection can fill.
    param($Group, [string] $ClassName, [string] $ProjectionName)
    $kind = @{
        Class = Find-ByName $Group.EntityTypes.GetClasses() $ClassName 'class'
        Projection = Find-ByName $Group.EntityTypes.GetTypeProjections() $ProjectionName 'projection'
        Ends = @{}
    }
    $brought = @([Itsmc.ServiceManagerCalls]::Ends($kind.Projection) | ForEach-Object { $_.Id })
    $relationships = $Group.EntityTypes.GetRelationshipClasses()
    foreach ($name in @($people.Values) + $aboutConfigItem) {
        $relationship = Find-ByName $relationships $name 'relationship'
        if ($brought -contains $relationship.Target.Id) {
            $kind.Ends[$name] = $relationship.Target
        } else {
            Write-Warning "$ProjectionName does not bring ${name}: that member stays null"
        }
    }
    return $kind
}

function New-ServiceManager {
    param([string] $Server, [string] $SdkDirectory, [string] $CredentialFile,
        [hashtable] $Projections)
    Import-Sdk -Directory $SdkDirectory
    $group = Connect-ServiceManager -Server $Server -CredentialFile $CredentialFile
    return @{
        Group = $group
        Kinds = @{
            incidents = New-WorkItemKind $group 'System.WorkItem.Incident' $Projections.incidents
            changerequests = New-WorkItemKind $group 'System.WorkItem.ChangeRequest' `
                $Projections.changerequests
        }
    }
}

function Get-Group {
    # The connection, made good after the management server was away.
    param([hashtable] $Manager)
    if (-not $Manager.Group.IsConnected) { $Manager.Group.Reconnect() }
    return $Manager.Group
}

function New-Comparison {
    # One SimpleExpression. `Property`: of the class; without a class a generic property.
    param([string] $Property, [string] $Operator, [string] $Value, $Class = $null)
    if ($null -eq $Class) {
        $left = "<GenericProperty>$Property</GenericProperty>"
    } else {
        $left = "<Property>`$Target/Property[Type='$($Class.Id)']/$Property`$</Property>"
    }
    $right = [System.Security.SecurityElement]::Escape($Value)
    return '<Expression><SimpleExpression>' +
        "<ValueExpressionLeft>$left</ValueExpressionLeft><Operator>$Operator</Operator>" +
        "<ValueExpressionRight><Value>$right</Value></ValueExpressionRight>" +
        '</SimpleExpression></Expression>'
}

function New-Criteria {
    param([string[]] $Expressions)
    $inner = $Expressions[0]
    if ($Expressions.Count -gt 1) {
        $inner = '<Expression><And>' + ($Expressions -join '') + '</And></Expression>'
    }
    return '<Criteria xmlns="http://Microsoft.EnterpriseManagement.Core.Criteria/">' +
        $inner + '</Criteria>'
}

function Find-Projection {
    # Projections of a kind; `Most` of them, by LastModified, when it is given.
    param([hashtable] $Manager, [hashtable] $Kind, [string] $Criteria, [int] $Most = 0)
    $group = Get-Group $Manager
    $question = New-Object Microsoft.EnterpriseManagement.Common.ObjectProjectionCriteria `
        $Criteria, $Kind.Projection, $group
    $options = New-Object Microsoft.EnterpriseManagement.Common.ObjectQueryOptions
    $options.DefaultPropertyRetrievalBehavior = 'All'
    $options.ObjectRetrievalMode = 'Buffered'
    if ($Most -gt 0) {
        $options.MaxResultCount = $Most
        $sorting = '<Sorting xmlns="http://Microsoft.EnterpriseManagement.Core.Sorting">' +
            '<GenericSortProperty SortOrder="Ascending">LastModified</GenericSortProperty></Sorting>'
        $options.AddSortProperty($sorting, $Kind.Projection, $group)
    }
    return , [Itsmc.ServiceManagerCalls]::Projections($group, $question, $options)
}

function Find-Object {
    param([hashtable] $Manager, $Class, [string] $Criteria)
    $group = Get-Group $Manager
    $pack = $Class.GetManagementPack()
    $type = 'Microsoft.EnterpriseManagement.Common.EnterpriseManagementObjectCriteria'
    $question = New-Object $type $Criteria, $Class, $pack, $group
    $options = New-Object Microsoft.EnterpriseManagement.Common.ObjectQueryOptions
    $options.DefaultPropertyRetrievalBehavior = 'All'
    return , [Itsmc.ServiceManagerCalls]::Objects($group, $question, $options)
}

function Get-Class {
    param([hashtable] $Manager, [string] $Name)
    return Find-ByName (Get-Group $Manager).EntityTypes.GetClasses() $Name 'class'
}

function Get-InfoBody {
    param([hashtable] $Manager)
    $group = Get-Group $Manager
    return [ordered]@{
        contract = 'itsmc-scsm/1'
        product = 'System Center Service Manager'
        productVersion = [string] $group.Version
        managementGroup = $group.Name
        # Of this machine: keep it and the database server on the domain's time.
        serverTimeUtc = Format-Time ([datetime]::UtcNow)
        maxPageSize = 1000
        features = @('externalId', 'changes', 'templates')
    }
}

function Get-AccountRole {
    # The roles of the account that the SDK is called as, by name or by one of its groups. An
    # account that may not list roles has none to show.
    param($Group, [string] $Account)
    $names = @($Account)
    $self = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    if ($self.Name -eq $Account) {
        $names += foreach ($sid in $self.Groups) {
            try { $sid.Translate([System.Security.Principal.NTAccount]).Value } catch { }
        }
    }
    try { $roles = $Group.Security.GetUserRoles() } catch { return , @() }
    $own = foreach ($role in $roles) {
        if (@($role.Users | Where-Object { $names -contains $_ }).Count -gt 0) {
            [ordered]@{ name = $role.DisplayName; profile = $role.Profile.Name }
        }
    }
    return , @($own)
}

function Test-Reading {
    # Whether a row of this kind may be read: asked, not guessed.
    param([hashtable] $Manager, [string] $Kind)
    $all = New-Criteria (New-Comparison 'LastModified' 'GreaterEqual' '2000-01-01T00:00:00')
    try {
        [void] (Find-Projection $Manager $Manager.Kinds[$Kind] $all -Most 1)
        return $true
    } catch {
        if ((Get-SdkProblem $_.Exception)[0] -eq 403) { return $false }
        throw
    }
}

function Get-AccountBody {
    param([hashtable] $Manager, [string] $ClientId)
    $group = Get-Group $Manager
    $account = $group.ConnectionSettings.UserName
    if ($account) {
        $account = "$($group.ConnectionSettings.Domain)\$account"
    } else {
        $account = [System.Security.Principal.WindowsIdentity]::GetCurrent().Name
    }
    # What may be created is not known before it is tried: those two are left out.
    return [ordered]@{
        account = $account
        displayName = $account
        clientId = $ClientId
        userRoles = Get-AccountRole -Group $group -Account $account
        can = [ordered]@{
            readIncident = Test-Reading $Manager 'incidents'
            readChange = Test-Reading $Manager 'changerequests'
        }
    }
}

function Get-ListRoot {
    param([hashtable] $Manager, [string] $Name)
    $root = @((Get-Group $Manager).EntityTypes.GetEnumerations() |
        Where-Object { $_.Name -eq $Name -and $null -eq $_.Parent })
    if ($root.Count -eq 0) {
        throw (New-ContractError 404 'notFound' "The enumeration $Name does not exist.")
    }
    return $root[0]
}

function Get-ListMember {
    # Every member below the root, at any depth.
    param([hashtable] $Manager, [string] $Name)
    $root = Get-ListRoot $Manager $Name
    $deep = [Microsoft.EnterpriseManagement.Common.TraversalDepth]::Recursive
    return , @((Get-Group $Manager).EntityTypes.GetChildEnumerations($root.Id, $deep))
}

function Get-EnumerationBody {
    param([hashtable] $Manager, [string] $Name)
    $values = foreach ($member in (Get-ListMember $Manager $Name)) {
        [ordered]@{
            id = $member.Id.ToString()
            name = $member.Name
            displayName = $member.DisplayName
            parent = $member.Parent.Id.ToString()
        }
    }
    return [ordered]@{ name = $Name; values = @($values) }
}
