# Bearer tokens of Microsoft Entra: JSON Web Tokens, RS256. Signature by the tenant's keys, issuer,
# audience, times, and the application that asked.

$keysLiveHours = 24
$keysAgainMinutes = 5
$clockSkewSeconds = 300

function New-TokenRule {
    param([string] $Authority, [string] $Tenant, [string] $Audience, [string[]] $AllowedClientId)
    $rule = @{
        # The v1 document: client credentials with a `resource` bring v1 tokens.
        Discovery = "$($Authority.TrimEnd('/'))/$Tenant/.well-known/openid-configuration"
        Audience = $Audience
        AllowedClientId = $AllowedClientId
        Issuer = $null
        Keys = @{}
        ReadAt = [datetime]::MinValue
    }
    Update-TokenKeys -Rule $rule
    return $rule
}

function Update-TokenKeys {
    param([hashtable] $Rule)
    $document = Invoke-RestMethod -Uri $Rule.Discovery -UseBasicParsing -TimeoutSec 30
    $known = Invoke-RestMethod -Uri $document.jwks_uri -UseBasicParsing -TimeoutSec 30
    $keys = @{}
    foreach ($key in $known.keys) {
        if ($key.kty -ceq 'RSA') { $keys[$key.kid] = $key }
    }
    $Rule.Issuer = $document.issuer
    $Rule.Keys = $keys
    $Rule.ReadAt = [datetime]::UtcNow
}

function ConvertFrom-Base64Url {
    param([string] $Text)
    $plain = $Text.Replace('-', '+').Replace('_', '/')
    $plain = $plain.PadRight($plain.Length + (4 - $plain.Length % 4) % 4, '=')
    # The comma keeps PowerShell from unrolling the bytes.
    return , [System.Convert]::FromBase64String($plain)
}

function ConvertFrom-TokenPart {
    param([string] $Text)
    $json = [System.Text.Encoding]::UTF8.GetString((ConvertFrom-Base64Url $Text))
    return ConvertFrom-Json -InputObject $json
}

function Get-JsonMember {
    # A member that need not be there: strict mode throws for one that is not.
    param($Object, [string] $Name)
    $property = $Object.PSObject.Properties[$Name]
    if ($null -eq $property) { return $null }
    return $property.Value
}

function New-TokenRefusal {
    # What is wrong goes to the log by the message; it holds no part of the token.
    param([string] $Reason)
    return New-ContractError 401 'unauthorized' "The token is refused: $Reason."
}

function Get-TokenKey {
    param([hashtable] $Rule, [string] $KeyId)
    $age = [datetime]::UtcNow - $Rule.ReadAt
    $stale = $age.TotalHours -ge $keysLiveHours
    # An unknown key may be a new one, or somebody's invention: not asked for at every request.
    $new = -not $Rule.Keys.ContainsKey($KeyId) -and $age.TotalMinutes -ge $keysAgainMinutes
    if ($stale -or $new) { Update-TokenKeys -Rule $Rule }
    if (-not $Rule.Keys.ContainsKey($KeyId)) {
        throw (New-TokenRefusal 'its key is not one of the tenant')
    }
    return $Rule.Keys[$KeyId]
}

function Test-TokenSignature {
    param($Key, [string] $Signed, [byte[]] $Signature)
    $numbers = New-Object System.Security.Cryptography.RSAParameters
    $numbers.Modulus = ConvertFrom-Base64Url $Key.n
    $numbers.Exponent = ConvertFrom-Base64Url $Key.e
    $rsa = New-Object System.Security.Cryptography.RSACryptoServiceProvider
    try {
        $rsa.ImportParameters($numbers)
        $bytes = [System.Text.Encoding]::ASCII.GetBytes($Signed)
        return $rsa.VerifyData($bytes, 'SHA256', $Signature)
    } finally {
        $rsa.Dispose()
    }
}

function Confirm-Claims {
    # The id of the application; throws the refusal.
    param([hashtable] $Rule, $Claims)
    if ((Get-JsonMember $Claims 'iss') -cne $Rule.Issuer) {
        throw (New-TokenRefusal 'its issuer is not the tenant')
    }
    # To the letter: https://host and https://host/ are two audiences.
    if (@(Get-JsonMember $Claims 'aud') -cnotcontains $Rule.Audience) {
        throw (New-TokenRefusal "it is not for the audience $($Rule.Audience)")
    }
    $now = [System.DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $ends = [long] (Get-JsonMember $Claims 'exp')  # absent is 0: over
    if ($now - $clockSkewSeconds -ge $ends) { throw (New-TokenRefusal 'it has expired') }
    $begins = [long] (Get-JsonMember $Claims 'nbf')
    if ($now + $clockSkewSeconds -lt $begins) { throw (New-TokenRefusal 'it is not valid yet') }
    # v1 says appid, v2 azp.
    $client = Get-JsonMember $Claims 'appid'
    if (-not $client) { $client = Get-JsonMember $Claims 'azp' }
    if ($Rule.AllowedClientId -notcontains $client) {
        throw (New-TokenRefusal 'its application may not call')
    }
    return $client
}

function Confirm-Token {
    # The id of the application that calls. Throws a 401 for everything that is not a good token.
    param([hashtable] $Rule, [string] $Header)
    if ($Header -notmatch '^Bearer +([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$') {
        throw (New-TokenRefusal 'there is none')
    }
    $head, $body, $signature = $Matches[1], $Matches[2], $Matches[3]
    try {
        $top = ConvertFrom-TokenPart $head
        $claims = ConvertFrom-TokenPart $body
        $seal = ConvertFrom-Base64Url $signature
    } catch {
        throw (New-TokenRefusal 'it cannot be read')
    }
    # Never what the token says that it is: "none" and HMAC with the public key are the known tricks.
    if ((Get-JsonMember $top 'alg') -cne 'RS256') { throw (New-TokenRefusal 'it is not RS256') }
    $key = Get-TokenKey -Rule $Rule -KeyId ([string] (Get-JsonMember $top 'kid'))
    if (-not (Test-TokenSignature -Key $key -Signed "$head.$body" -Signature $seal)) {
        throw (New-TokenRefusal 'its signature is wrong')
    }
    return Confirm-Claims -Rule $Rule -Claims $claims
}
