# The few query options of the contract, and its times.

$timePattern = '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z'

function Format-Time {
    # "2018-06-01T08:15:30.123Z", cut to milliseconds; nothing for an empty one. The SDK's dates are
    # UTC and often do not say so.
    param($Time)
    if ($null -eq $Time) { return $null }
    return ([datetime] $Time).ToString('yyyy-MM-ddTHH:mm:ss.fff',
        [System.Globalization.CultureInfo]::InvariantCulture) + 'Z'
}

function Read-Time {
    param([string] $Text, [string] $Target)
    $time = [datetime]::MinValue
    $styles = [System.Globalization.DateTimeStyles]'AssumeUniversal, AdjustToUniversal'
    $invariant = [System.Globalization.CultureInfo]::InvariantCulture
    if ($Text -cmatch "^$timePattern$" -and
        [datetime]::TryParse($Text, $invariant, $styles, [ref] $time)) {
        return $time
    }
    throw (New-ContractError 400 'badRequest' "'$Text' is not a UTC time." $Target)
}

function Read-Window {
    # "lastModified ge T [and lastModified lt T]" and nothing else.
    param([string] $Filter)
    $window = @{ From = $null; Until = $null }
    if (-not $Filter) { return $window }
    $form = "^lastModified ge ($timePattern)(?: and lastModified lt ($timePattern))?$"
    if ($Filter -cnotmatch $form) {
        throw (New-ContractError 400 'badRequest' `
            'Only lastModified ge T and lastModified lt T is known.' '$filter')
    }
    $from, $until = $Matches[1], $Matches[2]
    $window.From = Read-Time $from '$filter'
    if ($until) { $window.Until = Read-Time $until '$filter' }
    return $window
}

function Read-ListQuery {
    # Where a page begins and how many rows it has. `After`: the place behind which it begins.
    param([System.Collections.Specialized.NameValueCollection] $Query)
    foreach ($name in $Query.AllKeys) {
        if ("$name".StartsWith('$') -and
            @('$filter', '$orderby', '$top', '$skiptoken') -cnotcontains $name) {
            throw (New-ContractError 400 'badRequest' 'The option is not supported.' $name)
        }
    }
    $order = $Query['$orderby']
    if ($order -and $order -cne 'lastModified asc,baseId asc') {
        throw (New-ContractError 400 'badRequest' 'The order is not supported.' '$orderby')
    }
    $asked = @{ Window = Read-Window $Query['$filter']; Top = 200; After = $null }
    $top = $Query['$top']
    if ($null -ne $top) {
        if ($top -cnotmatch '^[0-9]{1,4}$' -or [int] $top -lt 1 -or [int] $top -gt 1000) {
            throw (New-ContractError 400 'badRequest' '$top must be between 1 and 1000.' '$top')
        }
        $asked.Top = [int] $top
    }
    $token = $Query['$skiptoken']
    if ($null -ne $token) {
        if ($token -cnotmatch "^($timePattern),([0-9a-f-]{36})$") {
            throw (New-ContractError 400 'badRequest' 'The token is not one of this server.' `
                '$skiptoken')
        }
        $time, $id = $Matches[1], $Matches[2]
        $asked.After = @{ Time = Read-Time $time '$skiptoken'; Id = $id }
    }
    return $asked
}

function Read-NameFilter {
    # "displayName eq 'x' or principalName eq 'x'"; a quote within is doubled.
    param([string] $Filter)
    $one = "(displayName|principalName) eq '((?:[^']|'')*)'"
    if ($Filter -cnotmatch "^$one(?: or $one)?$") {
        throw (New-ContractError 400 'badRequest' `
            "displayName eq 'x' or principalName eq 'x' is required." '$filter')
    }
    $names = @{}
    foreach ($match in [regex]::Matches($Filter, $one)) {
        $names[$match.Groups[1].Value] = $match.Groups[2].Value.Replace("''", "'")
    }
    return $names
}

function New-NextLink {
    # Absolute, with the window and the size of the request: the client follows it as it is.
    param([hashtable] $Call, [string] $Place)
    $link = $Call.Gateway.PublicUrl + $Call.Path + '?%24skiptoken=' +
        [System.Uri]::EscapeDataString($Place)
    foreach ($name in '$filter', '$top') {
        $value = $Call.Query[$name]
        if ($value) {
            $link += '&%24' + $name.Substring(1) + '=' + [System.Uri]::EscapeDataString($value)
        }
    }
    return $link
}
