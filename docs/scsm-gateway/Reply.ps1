# Answers and errors of the contract: {"error":{"code","message","target"}}.

function New-Answer {
    param([int] $Status, $Body, [hashtable] $Headers = @{})
    return @{ Status = $Status; Body = $Body; Headers = $Headers }
}

function New-ContractError {
    # An exception that knows its answer. What is not one becomes a 500.
    param([int] $Status, [string] $Code, [string] $Message, [string] $Target = '')
    $problem = New-Object System.InvalidOperationException $Message
    $problem.Data['status'] = $Status
    $problem.Data['code'] = $Code
    $problem.Data['target'] = $Target
    return $problem
}

function Get-SdkProblem {
    # The status and code that an exception of the SDK means. By name: the types live in the SDK's
    # assemblies, and PowerShell wraps them in exceptions of its own.
    param([System.Exception] $Exception)
    for ($at = $Exception; $null -ne $at; $at = $at.InnerException) {
        $name = $at.GetType().Name
        if ($name -match 'Timeout') { return @(504, 'sdkTimeout') }
        if ($name -match 'ServerDisconnected|ServiceNotRunning|EndpointNotFound|Communication' -or
            $at -is [System.Net.Sockets.SocketException]) {
            return @(502, 'sdkUnavailable')
        }
        if ($name -match 'Unauthorized|AccessDenied') { return @(403, 'forbidden') }
    }
    return @(500, 'internal')
}

function Get-ErrorAnswer {
    param([System.Management.Automation.ErrorRecord] $Record)
    $problem = $Record.Exception
    while ($null -ne $problem -and -not $problem.Data.Contains('status')) {
        $problem = $problem.InnerException
    }
    if ($null -ne $problem) {
        $status = [int] $problem.Data['status']
        $reply = [ordered]@{ code = $problem.Data['code']; message = $problem.Message }
        if ($problem.Data['target']) { $reply.target = $problem.Data['target'] }
    } else {
        $status, $code = Get-SdkProblem -Exception $Record.Exception
        $reply = [ordered]@{ code = $code; message = $Record.Exception.Message }
    }
    $headers = @{}
    if ($status -eq 401) { $headers['WWW-Authenticate'] = 'Bearer' }
    if ($status -eq 405) { $headers['Allow'] = 'GET, POST' }
    return New-Answer $status ([ordered]@{ error = $reply }) $headers
}

function Send-Answer {
    param($Response, [hashtable] $Answer, [string] $RequestId)
    $text = ConvertTo-Json -InputObject $Answer.Body -Depth 8 -Compress
    $bytes = [System.Text.Encoding]::UTF8.GetBytes($text)
    try {
        $Response.StatusCode = $Answer.Status
        $Response.ContentType = 'application/json; charset=utf-8'
        $Response.Headers['x-request-id'] = $RequestId
        $Response.Headers['Cache-Control'] = 'no-store'
        foreach ($name in $Answer.Headers.Keys) {
            # Not by Headers: WWW-Authenticate is refused there.
            $Response.AddHeader($name, $Answer.Headers[$name])
        }
        $Response.ContentLength64 = $bytes.Length
        $Response.OutputStream.Write($bytes, 0, $bytes.Length)
    } finally {
        $Response.Close()
    }
}

function Read-JsonBody {
    # The members of a write's body; every one of them is a text.
    param([System.Net.HttpListenerRequest] $Request, [string[]] $Known, [string[]] $Required)
    $most = 1MB
    $tooLarge = New-ContractError 413 'requestTooLarge' 'The request is larger than 1 MB.'
    if ($Request.ContentLength64 -gt $most) { throw $tooLarge }
    $reader = New-Object System.IO.StreamReader $Request.InputStream, ([System.Text.Encoding]::UTF8)
    $buffer = New-Object char[] ($most + 1)
    $length = $reader.ReadBlock($buffer, 0, $buffer.Length)
    if ($length -gt $most) { throw $tooLarge }
    $body = $null
    try { $body = ConvertFrom-Json -InputObject (New-Object string $buffer, 0, $length) } catch { }
    if ($body -isnot [System.Management.Automation.PSCustomObject]) {
        throw (New-ContractError 400 'badRequest' 'The body is not a JSON object.')
    }
    $members = @{}
    foreach ($property in $body.PSObject.Properties) {
        $name = $property.Name
        if ($Known -cnotcontains $name) {
            throw (New-ContractError 400 'badRequest' "$name is not a member of this body." $name)
        }
        # ConvertFrom-Json turns what looks like a date of ASP.NET into one.
        if ($property.Value -isnot [string]) {
            throw (New-ContractError 400 'badRequest' "$name must be a text." $name)
        }
        $members[$name] = $property.Value
    }
    foreach ($name in $Required) {
        if (-not $members[$name]) {
            throw (New-ContractError 400 'badRequest' "The $name field is required." $name)
        }
    }
    return $members
}
