# Work items and configuration items as the contract shows them, and pages of them.

function Format-Member {
    # A value of a list: {"id","name","displayName"}; nothing for an empty one.
    param($Value)
    if ($null -eq $Value) { return $null }
    return [ordered]@{
        id = $Value.Id.ToString(); name = $Value.Name; displayName = $Value.DisplayName
    }
}

function Get-Value {
    param($Item, [string] $Property)
    return [Itsmc.ServiceManagerCalls]::Value($Item, $Property)
}

function Format-Person {
    param($Projection, [hashtable] $Kind, [string] $Relationship)
    $end = $Kind.Ends[$Relationship]
    if ($null -eq $end) { return $null }
    $found = [Itsmc.ServiceManagerCalls]::Related($Projection, $end)
    if ($found.Count -eq 0) { return $null }
    return [ordered]@{
        userName = Get-Value $found[0] 'UserName'
        domain = Get-Value $found[0] 'Domain'
        displayName = $found[0].DisplayName
    }
}

function Test-Deleted {
    # A deleted configuration item stays in the database and in its relationships.
    param($Item)
    $status = Get-Value $Item 'ObjectStatus'
    return $null -ne $status -and $deletedStatuses -contains $status.Id.ToString()
}

function Format-ConfigItem {
    param($Item)
    return [ordered]@{
        baseId = $Item.Id.ToString()
        class = $Item.GetLeastDerivedNonAbstractClass().Name
        displayName = $Item.DisplayName
        principalName = Get-Value $Item 'PrincipalName'
        objectStatus = Format-Member (Get-Value $Item 'ObjectStatus')
    }
}

function Get-RelatedConfigItem {
    param($Projection, [hashtable] $Kind)
    $end = $Kind.Ends[$aboutConfigItem]
    if ($null -eq $end) { return , @() }
    $items = foreach ($item in [Itsmc.ServiceManagerCalls]::Related($Projection, $end)) {
        if (-not (Test-Deleted $item)) { Format-ConfigItem $item }
    }
    return , @($items)
}

function Add-KindMember {
    # What incidents have and changes have not, and the other way round.
    param([System.Collections.Specialized.OrderedDictionary] $Row, $Item, [bool] $IsIncident)
    if (-not $IsIncident) {
        $Row.priority = Format-Member (Get-Value $Item 'Priority')
        $Row.category = Format-Member (Get-Value $Item 'Category')
        $Row.risk = Format-Member (Get-Value $Item 'Risk')
        $Row.requiredByDate = Format-Time (Get-Value $Item 'RequiredByDate')
        return
    }
    $Row.priority = Get-Value $Item 'Priority'  # a number of the administrator's table
    $Row.source = Format-Member (Get-Value $Item 'Source')
    $Row.classification = Format-Member (Get-Value $Item 'Classification')
    $Row.supportGroup = Format-Member (Get-Value $Item 'TierQueue')
    $Row.escalated = Get-Value $Item 'Escalated'
    $Row.requiredByDate = Format-Time (Get-Value $Item 'RequiredBy')
}

function Format-WorkItem {
    param($Projection, [hashtable] $Kind)
    $item = $Projection.Object
    $row = [ordered]@{
        baseId = $item.Id.ToString()
        id = Get-Value $item 'Id'
        class = $Kind.Class.Name
        title = Get-Value $item 'Title'
        description = Get-Value $item 'Description'
        lastModified = Format-Time $item.LastModified
    }
    foreach ($name in 'CreatedDate', 'ClosedDate', 'ResolvedDate', 'ScheduledStartDate',
        'ScheduledEndDate', 'ActualStartDate', 'ActualEndDate') {
        $row[$name.Substring(0, 1).ToLowerInvariant() + $name.Substring(1)] =
            Format-Time (Get-Value $item $name)
    }
    foreach ($name in 'Status', 'Urgency', 'Impact') {
        $row[$name.ToLowerInvariant()] = Format-Member (Get-Value $item $name)
    }
    Add-KindMember -Row $row -Item $item `
        -IsIncident ($Kind.Class.Name -eq 'System.WorkItem.Incident')
    foreach ($member in $people.Keys) {
        $row[$member] = Format-Person $Projection $Kind $people[$member]
    }
    $row.configItems = Get-RelatedConfigItem $Projection $Kind
    return $row
}

function New-WindowCriteria {
    # Whole seconds around what is wanted: how fine the SDK compares is not known, the rest is done
    # here.
    param([datetime] $From, $Until)
    $form = 'yyyy-MM-ddTHH:mm:ss'
    $parts = @(New-Comparison 'LastModified' 'GreaterEqual' $From.ToString($form))
    if ($null -ne $Until) {
        $end = ([datetime] $Until).AddSeconds(1)
        $parts += New-Comparison 'LastModified' 'Less' $end.ToString($form)
    }
    return New-Criteria $parts
}

function Get-Place {
    # "2018-06-01T08:15:30.123Z,1111...": its text is ordered as (lastModified, baseId) is.
    param($Projection)
    return (Format-Time $Projection.Object.LastModified) + ',' + $Projection.Object.Id.ToString()
}

function Select-Window {
    # Of what the SDK gave: places behind `After` and in the window, in order.
    param($Found, [hashtable] $Asked)
    $after = ''
    if ($null -ne $Asked.After) {
        $after = (Format-Time $Asked.After.Time) + ',' + $Asked.After.Id
    }
    $from, $until = '', 'a'  # before and behind every time's text
    if ($null -ne $Asked.Window.From) { $from = Format-Time $Asked.Window.From }
    if ($null -ne $Asked.Window.Until) { $until = Format-Time $Asked.Window.Until }
    $rows = New-Object 'System.Collections.Generic.SortedDictionary[string,object]' `
        ([System.StringComparer]::Ordinal)
    foreach ($projection in $Found) {
        $place = Get-Place $projection
        if ([string]::CompareOrdinal($place, $after) -gt 0 -and
            [string]::CompareOrdinal($place, $from) -ge 0 -and
            [string]::CompareOrdinal($place, $until) -lt 0) {
            $rows[$place] = $projection
        }
    }
    return $rows
}

function Confirm-Order {
    # A page that is cut from unsorted rows would lose some in silence.
    param($Found)
    $before = [datetime]::MinValue
    foreach ($projection in $Found) {
        $time = $projection.Object.LastModified
        if ($time -lt $before) { throw 'the SDK did not sort its answer by LastModified' }
        $before = $time
    }
}

function Get-PageRow {
    # The next rows by (lastModified, baseId), and one more if there is one. The SDK sorts by
    # LastModified alone: rows of the instant at which its answer ends may be missing from it, so
    # only what is older counts, and more is asked for until that is enough.
    param([hashtable] $Manager, [hashtable] $Kind, [hashtable] $Asked)
    $from = $Asked.Window.From
    if ($null -ne $Asked.After -and ($null -eq $from -or $Asked.After.Time -gt $from)) {
        $from = $Asked.After.Time
    }
    if ($null -eq $from) { $from = [datetime]::SpecifyKind('2000-01-01', 'Utc') }
    $criteria = New-WindowCriteria $from $Asked.Window.Until
    for ($most = $Asked.Top + 100; ; $most *= 2) {
        $found = Find-Projection $Manager $Kind $criteria -Most $most
        Confirm-Order $found
        $whole = $found.Count -lt $most
        $rows = Select-Window $found $Asked
        if ($whole) { return $rows }
        $edge = Format-Time $found[-1].Object.LastModified
        foreach ($place in @($rows.Keys)) {
            if ($place.StartsWith($edge, [System.StringComparison]::Ordinal)) {
                [void] $rows.Remove($place)
            }
        }
        if ($rows.Count -gt $Asked.Top) { return $rows }
    }
}

function Get-WorkItemPage {
    param([hashtable] $Call, [string] $Kind)
    $manager = $Call.Gateway.ServiceManager
    $asked = Read-ListQuery $Call.Query
    $rows = Get-PageRow $manager $manager.Kinds[$Kind] $asked
    $value = New-Object System.Collections.ArrayList
    $last = ''
    foreach ($place in $rows.Keys) {
        if ($value.Count -eq $asked.Top) { break }
        [void] $value.Add((Format-WorkItem $rows[$place] $manager.Kinds[$Kind]))
        $last = $place
    }
    $page = [ordered]@{ value = $value.ToArray() }
    if ($rows.Count -gt $value.Count) { $page['@odata.nextLink'] = New-NextLink $Call $last }
    return $page
}

function Find-WorkItem {
    # By GUID or by display id ("IR123"): the projection and its kind, or nothing.
    param([hashtable] $Manager, [string] $Id)
    foreach ($kind in $Manager.Kinds.Values) {
        $guid = [guid]::Empty
        if ([guid]::TryParse($Id, [ref] $guid)) {
            $match = New-Comparison 'Id' 'Equal' $guid.ToString()
        } else {
            $match = New-Comparison 'Id' 'Equal' $Id (Get-Class $Manager 'System.WorkItem')
        }
        $found = Find-Projection $Manager $kind (New-Criteria $match)
        if ($found.Count -gt 0) { return @{ Projection = $found[0]; Kind = $kind } }
    }
    return $null
}

function Get-WorkItemBody {
    param([hashtable] $Manager, [string] $Id)
    $found = Find-WorkItem $Manager $Id
    if ($null -eq $found) {
        throw (New-ContractError 404 'notFound' "The work item $Id does not exist.")
    }
    return Format-WorkItem $found.Projection $found.Kind
}

function Find-ConfigItem {
    # Active ones by their names, each once.
    param([hashtable] $Manager, [hashtable] $Names)
    $found = @()
    if ($Names['displayName']) {
        $class = Get-Class $Manager 'System.ConfigItem'
        $match = New-Criteria (New-Comparison 'DisplayName' 'Equal' $Names['displayName'])
        $found += Find-Object $Manager $class $match
    }
    if ($Names['principalName']) {
        $class = Get-Class $Manager 'Microsoft.Windows.Computer'
        $match = New-Criteria (New-Comparison 'PrincipalName' 'Equal' $Names['principalName'] $class)
        $found += Find-Object $Manager $class $match
    }
    $items = @{}
    foreach ($item in $found) {
        if (-not (Test-Deleted $item)) { $items[$item.Id] = $item }
    }
    return , @($items.Values)
}

function Get-ConfigItemBody {
    param([hashtable] $Call)
    $names = Read-NameFilter ([string] $Call.Query['$filter'])
    $items = foreach ($item in (Find-ConfigItem $Call.Gateway.ServiceManager $names)) {
        Format-ConfigItem $item
    }
    return [ordered]@{ value = @($items) }
}
