#Requires -Version 5.1
<#
.SYNOPSIS
Serves the contract itsmc-scsm/1 over the Service Manager SDK.

.DESCRIPTION
One request after the other: the SDK's connection is shared, and a second incident with the same
externalId must find the first. Ends with Ctrl+C. See README.md for what it needs and how to host
it. Not run against a real management server.

.PARAMETER Listen
Where HttpListener listens; http.sys compares its host with the Host header. Plain http only on the
loopback, behind something that does TLS.

.PARAMETER PublicUrl
The address that clients know, without a slash at its end. Next links begin with it, and it is the
audience of the tokens unless -Audience says otherwise.

.PARAMETER AllowedClientId
Ids of the Entra applications that may call. Any application of the tenant can get a token for the
audience, so the list is not optional.

.PARAMETER CredentialFile
A credential that Export-Clixml wrote on this machine for this user. Without it the SDK is called
as the user that runs the script, which keeps no password anywhere.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $ManagementServer,
    [Parameter(Mandatory = $true)] [string] $Tenant,
    [Parameter(Mandatory = $true)] [string] $PublicUrl,
    [Parameter(Mandatory = $true)] [string[]] $AllowedClientId,
    [string] $Listen = 'http://127.0.0.1:8080/',
    [string] $Audience = $PublicUrl,
    [string] $Authority = 'https://login.microsoftonline.com',
    [string] $SdkDirectory =
        "$env:ProgramFiles\Microsoft System Center\Service Manager\SDK Binaries",
    [string] $CredentialFile,
    [string] $IncidentProjection = 'System.WorkItem.Incident.ProjectionType',
    [string] $ChangeProjection = 'System.WorkItem.ChangeRequestProjection',
    # A text property of incidents that nobody else uses: it carries the idempotency key.
    [string] $MarkProperty = 'ContactMethod'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
# The SDK reads and writes dates in the culture of the process.
[System.Threading.Thread]::CurrentThread.CurrentCulture =
    [System.Globalization.CultureInfo]::InvariantCulture
[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.SecurityProtocolType]::Tls12
Add-Type -AssemblyName System.Web

foreach ($part in 'Reply', 'Query', 'Token', 'ServiceManager', 'WorkItem', 'Create', 'Change') {
    . (Join-Path $PSScriptRoot "$part.ps1")
}

$basePath = '/api/itsmc/v1'
$gateway = @{
    PublicUrl = $PublicUrl.TrimEnd('/')
    MarkProperty = $MarkProperty
    Tokens = New-TokenRule -Authority $Authority -Tenant $Tenant -Audience $Audience `
        -AllowedClientId $AllowedClientId
    ServiceManager = New-ServiceManager -Server $ManagementServer -SdkDirectory $SdkDirectory `
        -CredentialFile $CredentialFile -Projections @{
            incidents = $IncidentProjection
            changerequests = $ChangeProjection
        }
}

function Get-Answer {
    # The answer of one route. Throws what Get-ErrorAnswer turns into an error of the contract.
    param([hashtable] $Call)
    $manager = $Call.Gateway.ServiceManager
    $route = $Call.Path.Substring($basePath.Length)
    if ($Call.Method -eq 'POST') {
        if ($route -ceq '/incidents') { return New-IncidentAnswer -Call $Call }
        if ($route -ceq '/configitems') { return New-ConfigItemAnswer -Call $Call }
        if ($route -cmatch '^/workitems/([^/]+)/comments$') {
            return New-CommentAnswer -Call $Call -Id $Matches[1]
        }
    }
    if ($Call.Method -eq 'PATCH' -and $route -cmatch '^/workitems/([^/]+)$') {
        return Set-WorkItemAnswer -Call $Call -Id $Matches[1]
    }
    if ($Call.Method -ne 'GET') {
        throw (New-ContractError 405 'methodNotAllowed' 'The resource does not know this method.')
    }
    if ($route -ceq '/info') { return New-Answer 200 (Get-InfoBody -Manager $manager) }
    if ($route -ceq '/me') {
        return New-Answer 200 (Get-AccountBody -Manager $manager -ClientId $Call.ClientId)
    }
    $external = Read-ExternalFilter ([string] $Call.Query['$filter'])
    if ($route -ceq '/incidents' -and $null -ne $external) {
        return New-Answer 200 (Find-ByExternalId -Call $Call -ExternalId $external)
    }
    if ($route -ceq '/templates') { return New-Answer 200 (Get-TemplateBody -Manager $manager) }
    if ($route -cmatch '^/configitems/([^/]+)$') {
        return New-Answer 200 (Get-ConfigItemOfId -Manager $manager -Id $Matches[1])
    }
    if ($route -ceq '/incidents' -or $route -ceq '/changerequests') {
        return New-Answer 200 (Get-WorkItemPage -Call $Call -Kind $route.Substring(1))
    }
    if ($route -ceq '/configitems') { return New-Answer 200 (Get-ConfigItemBody -Call $Call) }
    if ($route -cmatch '^/workitems/([^/]+)$') {
        return New-Answer 200 (Get-WorkItemBody -Manager $manager -Id $Matches[1])
    }
    if ($route -cmatch '^/enumerations/([^/]+)$') {
        return New-Answer 200 (Get-EnumerationBody -Manager $manager -Name $Matches[1])
    }
    throw (New-ContractError 404 'notFound' 'There is no such resource.')
}

function Invoke-Call {
    param([System.Net.HttpListenerContext] $Context)
    $request = $Context.Request
    $requestId = $request.Headers['x-request-id']
    if ($requestId -notmatch '^[\x21-\x7e]{1,128}$') { $requestId = [guid]::NewGuid().ToString() }
    try {
        $path = $request.Url.AbsolutePath
        if (-not $path.StartsWith("$basePath/", [System.StringComparison]::Ordinal)) {
            throw (New-ContractError 404 'notFound' 'There is no such resource.')
        }
        # /info too: whoever has no token must learn nothing.
        $clientId = Confirm-Token -Rule $gateway.Tokens -Header $request.Headers['Authorization']
        $answer = Get-Answer -Call @{
            Gateway = $gateway
            Method = $request.HttpMethod
            Path = [System.Uri]::UnescapeDataString($path)
            Query = [System.Web.HttpUtility]::ParseQueryString($request.Url.Query)
            Request = $request
            ClientId = $clientId
        }
    } catch {
        $answer = Get-ErrorAnswer -Record $_
        Write-Warning "$requestId $($answer.Status) $($_.Exception.Message)"
    }
    Send-Answer -Response $Context.Response -Answer $answer -RequestId $requestId
    Write-Verbose "$requestId $($request.HttpMethod) $($request.Url.AbsolutePath) $($answer.Status)"
}

$listener = New-Object System.Net.HttpListener
$listener.Prefixes.Add($Listen)
$listener.Start()
Write-Output "itsmc-scsm/1 at $Listen for $($gateway.PublicUrl)"
try {
    while ($listener.IsListening) {
        # A plain GetContext() cannot be interrupted by Ctrl+C.
        $waiting = $listener.GetContextAsync()
        while (-not $waiting.AsyncWaitHandle.WaitOne(500)) { }
        try {
            $context = $waiting.GetAwaiter().GetResult()
            Invoke-Call -Context $context
        } catch {
            # The caller has gone: the next one must not suffer for it.
            Write-Warning "an answer could not be sent: $($_.Exception.Message)"
        }
    }
} finally {
    $listener.Close()
}
