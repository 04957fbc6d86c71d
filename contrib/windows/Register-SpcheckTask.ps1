<#
.SYNOPSIS
Registers a scheduled task that checks a service principal every morning.

.DESCRIPTION
The task runs as a service account without rights of its own (by default LOCAL
SERVICE) and reads its settings from a config file. Warnings and failures go to the
Application event log, source "spcheck": 1 is a warning, 2 critical, 3 unknown.

Run this once, as an administrator. -Remove takes the task away again.

.EXAMPLE
.\Register-SpcheckTask.ps1 -ConfigFile C:\ProgramData\spcheck\config.yaml -At 06:00
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $Program = "$env:ProgramFiles\spcheck\spcheck.exe",
    [string] $ConfigFile = "$env:ProgramData\spcheck\config.yaml",
    [string] $TaskName = 'spcheck',
    [datetime] $At = '06:00',
    [switch] $Remove
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

if ($Remove) {
    if ($PSCmdlet.ShouldProcess($TaskName, 'Unregister the scheduled task')) {
        Unregister-ScheduledTask -TaskName $TaskName -Confirm:$false
    }
    return
}

foreach ($path in $Program, $ConfigFile) {
    if (-not (Test-Path -LiteralPath $path -PathType Leaf)) {
        throw "there is no file $path"
    }
}

# What the task does stands in a script of its own, since a task's command line
# can neither redirect nor write to the event log.
$folder = Split-Path -Parent $ConfigFile
$script = Join-Path $folder 'Invoke-Spcheck.ps1'
$quote = { "'" + $args[0].Replace("'", "''") + "'" }
$body = @"
`$report = & $(& $quote $Program) diagnose --config $(& $quote $ConfigFile) --output plugin 2>&1 | Out-String
`$code = `$LASTEXITCODE
if (`$code -ne 0) {
    `$type = if (`$code -eq 1) { 'Warning' } else { 'Error' }
    Write-EventLog -LogName Application -Source spcheck -EventId `$code -EntryType `$type -Message `$report
}
exit `$code
"@

if ($PSCmdlet.ShouldProcess($TaskName, 'Register the scheduled task')) {
    if (-not [System.Diagnostics.EventLog]::SourceExists('spcheck')) {
        New-EventLog -LogName Application -Source spcheck
    }
    # With a byte order mark: Windows PowerShell takes a file without one for ANSI.
    [System.IO.File]::WriteAllText($script, $body, [System.Text.UTF8Encoding]::new($true))

    # Only administrators may write what the task runs, and only they and the
    # task's account may read its settings.
    foreach ($path in $script, $ConfigFile) {
        & icacls.exe $path /inheritance:r /grant:r '*S-1-5-32-544:F' '*S-1-5-18:F' '*S-1-5-19:R' | Out-Null
        if ($LASTEXITCODE -ne 0) { throw "the permissions of $path could not be set" }
    }

    $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe" `
        -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$script`""
    $trigger = New-ScheduledTaskTrigger -Daily -At $At -RandomDelay (New-TimeSpan -Minutes 30)
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Minutes 10) `
        -MultipleInstances IgnoreNew
    $principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-19' -LogonType ServiceAccount -RunLevel Limited
    Register-ScheduledTask -TaskName $TaskName -Action $action -Trigger $trigger -Settings $settings `
        -Principal $principal -Description 'Checks that a service principal signs in to Microsoft Entra' -Force | Out-Null
}
