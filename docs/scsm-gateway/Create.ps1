# New incidents and configuration items.

$incidentMembers = 'title', 'description', 'urgency', 'impact', 'source', 'classification',
    'supportGroup', 'affectedConfigItem', 'affectedUser', 'templateId', 'externalId'
$incidentLists = [ordered]@{
    urgency = @('Urgency', 'System.WorkItem.TroubleTicket.UrgencyEnum')
    impact = @('Impact', 'System.WorkItem.TroubleTicket.ImpactEnum')
    source = @('Source', 'IncidentSourceEnum')
    classification = @('Classification', 'IncidentClassificationEnum')
    supportGroup = @('TierQueue', 'IncidentTierQueuesEnum')
}

function Get-TextHash {
    param([string] $Text)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try {
        $bytes = $sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($Text))
        return [System.BitConverter]::ToString($bytes, 0, 16).Replace('-', '').ToLowerInvariant()
    } finally {
        $sha.Dispose()
    }
}

function Get-IncidentMark {
    # What stands in the incident's own property: the key and the body, both as hashes. Kept in
    # Service Manager it outlives this process and this machine, and hexadecimal digits are no
    # wildcards for Like.
    param([hashtable] $Members)
    $texts = foreach ($name in $incidentMembers) { "$name=$($Members[$name])" }
    $key = 'itsmc:' + (Get-TextHash $Members.externalId)
    return @{ Key = $key; Whole = $key + ':' + (Get-TextHash ($texts -join "`n")) }
}

function Resolve-Choice {
    # The list's value that a member names by id, by name, or by the last part of its name.
    param([hashtable] $Manager, [hashtable] $Members, [string] $Member, [string] $List)
    $word = $Members[$Member]
    if (-not $word) { return $null }
    foreach ($value in (Get-ListMember $Manager $List)) {
        if ($value.Id.ToString() -eq $word -or $value.Name -eq $word -or
            $value.Name -eq "$List.$word") {
            return $value
        }
    }
    throw (New-ContractError 400 'badRequest' "'$word' is not a value of $List." $Member)
}

function Resolve-ConfigItem {
    param([hashtable] $Manager, [string] $Id)
    $guid = [guid]::Empty
    if ([guid]::TryParse($Id, [ref] $guid)) {
        $found = Find-Object $Manager (Get-Class $Manager 'System.ConfigItem') `
            (New-Criteria (New-Comparison 'Id' 'Equal' $guid.ToString()))
        if ($found.Count -gt 0 -and -not (Test-Deleted $found[0])) {
            return , $found[0]
        }
    }
    throw (New-ContractError 400 'badRequest' 'The configuration item does not exist.' `
        'affectedConfigItem')
}

function Resolve-User {
    # "DOMAIN\user" or "user"
    param([hashtable] $Manager, [string] $Name)
    $class = Get-Class $Manager 'System.Domain.User'
    $domain, $user = $Name -split '\\', 2
    $parts = @(New-Comparison 'Domain' 'Equal' $domain $class)
    if (-not $user) {
        $user = $Name
        $parts = @()
    }
    $parts += New-Comparison 'UserName' 'Equal' $user $class
    $found = Find-Object $Manager $class (New-Criteria $parts)
    if ($found.Count -eq 1) { return , $found[0] }
    $problem = 'The user does not exist.'
    if ($found.Count -gt 1) { $problem = 'The user is not the only one: say DOMAIN\user.' }
    throw (New-ContractError 400 'badRequest' $problem 'affectedUser')
}

function Get-IncidentPrefix {
    # "IR", or what the administrator made of it.
    param([hashtable] $Manager)
    $class = Get-Class $Manager 'System.WorkItem.Incident.GeneralSetting'
    $settings = [Itsmc.ServiceManagerCalls]::ObjectsOfClass((Get-Group $Manager), $class)
    if ($settings.Count -eq 0) { return 'IR' }
    $prefix = Get-Value $settings[0] 'PrefixForId'
    if ($prefix) { return $prefix }
    return 'IR'
}

function New-IncidentDraft {
    # From the template, if there is one; nothing is committed yet.
    param([hashtable] $Manager, [string] $TemplateId)
    $group = Get-Group $Manager
    $type = 'Microsoft.EnterpriseManagement.Common.EnterpriseManagementObjectProjection'
    if (-not $TemplateId) { return New-Object $type $group, $Manager.Kinds.incidents.Class }
    $problem = New-ContractError 400 'badRequest' 'The template does not exist.' 'templateId'
    $guid = [guid]::Empty
    if (-not [guid]::TryParse($TemplateId, [ref] $guid)) { throw $problem }
    try { $template = $group.Templates.GetObjectTemplate($guid) } catch { throw $problem }
    return New-Object $type $group, $template
}

function Set-IncidentValue {
    param([hashtable] $Manager, $Draft, [hashtable] $Values)
    $class = $Manager.Kinds.incidents.Class
    foreach ($property in $Values.Keys) {
        if ($null -ne $Values[$property]) {
            [Itsmc.ServiceManagerCalls]::Set($Draft.Object, $class, $property, $Values[$property])
        }
    }
}

function Get-Relationship {
    param([hashtable] $Manager, [string] $Name)
    return Find-ByName (Get-Group $Manager).EntityTypes.GetRelationshipClasses() $Name 'relationship'
}

function Save-Incident {
    # Everything that can be refused is looked up before the one commit. The GUID of the new one.
    param([hashtable] $Call, [hashtable] $Members, [string] $Mark)
    $manager = $Call.Gateway.ServiceManager
    $values = @{
        Id = (Get-IncidentPrefix $manager) + '{0}'  # the server puts the number there
        Title = $Members.title
        DisplayName = $Members.title
        Description = $Members['description']
        Status = (Resolve-Choice $manager @{ status = 'Active' } 'status' 'IncidentStatusEnum')
    }
    $values[$Call.Gateway.MarkProperty] = $Mark
    foreach ($member in $incidentLists.Keys) {
        $property, $list = $incidentLists[$member]
        $values[$property] = Resolve-Choice $manager $Members $member $list
    }
    $related = @{}
    if ($Members['affectedConfigItem']) {
        $related[$aboutConfigItem] = Resolve-ConfigItem $manager $Members.affectedConfigItem
    }
    if ($Members['affectedUser']) {
        $related[$people.affectedUser] = Resolve-User $manager $Members.affectedUser
    }
    $draft = New-IncidentDraft $manager $Members['templateId']
    Set-IncidentValue $manager $draft $values
    foreach ($name in $related.Keys) {
        [void] $draft.Add($related[$name], (Get-Relationship $manager $name).Target)
    }
    $draft.Commit()
    return $draft.Object.Id
}

function Find-Repeated {
    # The incident that an earlier request with this externalId made; a 409 when it asked for
    # something else.
    param([hashtable] $Call, [hashtable] $Mark)
    $manager = $Call.Gateway.ServiceManager
    $kind = $manager.Kinds.incidents
    $property = $Call.Gateway.MarkProperty
    # LIKE of SQL, as the SDK has it.
    $found = Find-Projection $manager $kind `
        (New-Criteria (New-Comparison $property 'Like' "$($Mark.Key):%" $kind.Class))
    if ($found.Count -eq 0) { return $null }
    if ((Get-Value $found[0].Object $property) -cne $Mark.Whole) {
        throw (New-ContractError 409 'conflict' 'externalId is in use with another body.' `
            'externalId')
    }
    return , $found[0]  # a projection is enumerable
}

function New-IncidentAnswer {
    param([hashtable] $Call)
    $manager = $Call.Gateway.ServiceManager
    $members = Read-JsonBody -Request $Call.Request -Known $incidentMembers `
        -Required 'title', 'urgency', 'impact', 'externalId'
    if ($members.externalId.Length -gt 128) {
        throw (New-ContractError 400 'badRequest' 'externalId is longer than 128 characters.' `
            'externalId')
    }
    $mark = Get-IncidentMark $members
    $kind = $manager.Kinds.incidents
    $old = Find-Repeated $Call $mark
    if ($null -ne $old) { return New-Answer 200 (Format-WorkItem $old $kind) }
    $id = Save-Incident $Call $members $mark.Whole
    $made = Find-WorkItem $manager $id.ToString()
    $item = Format-WorkItem $made.Projection $kind
    $place = "$($Call.Gateway.PublicUrl)$basePath/workitems/$($item.id)"
    return New-Answer 201 $item @{ Location = $place }
}

function New-ConfigItemAnswer {
    param([hashtable] $Call)
    $manager = $Call.Gateway.ServiceManager
    $members = Read-JsonBody -Request $Call.Request -Known 'class', 'displayName', 'principalName' `
        -Required 'class', 'displayName'
    if ($members.class -cne 'Microsoft.Windows.Computer') {
        throw (New-ContractError 400 'badRequest' "The class $($members.class) cannot be created." `
            'class')
    }
    if (-not $members['principalName']) {
        throw (New-ContractError 400 'badRequest' `
            'principalName is the key of Microsoft.Windows.Computer.' 'principalName')
    }
    $old = Find-ConfigItem $manager @{ principalName = $members.principalName }
    if ($old.Count -gt 0) { return New-Answer 200 (Format-ConfigItem $old[0]) }
    $class = Get-Class $manager 'Microsoft.Windows.Computer'
    $made = New-Object `
        Microsoft.EnterpriseManagement.Common.CreatableEnterpriseManagementObject `
        (Get-Group $manager), $class
    [Itsmc.ServiceManagerCalls]::Set($made, $class, 'PrincipalName', $members.principalName)
    [Itsmc.ServiceManagerCalls]::Set($made, $class, 'DisplayName', $members.displayName)
    $made.Commit()
    $place = "$($Call.Gateway.PublicUrl)$basePath/configitems/$($made.Id)"
    return New-Answer 201 (Format-ConfigItem $made) @{ Location = $place }
}
