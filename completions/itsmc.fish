# fish completion for itsmc: itsmc completion fish
function __itsmc_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct | string unescape)
    test -n "$current"; or set current ''
    set -l lines (command $typed[1] __complete $typed[2..-1] $current 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- $current)
        case directories
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- $current)
        case '*'
            test (count $lines) -gt 1; and printf '%s\n' $lines[2..-1]
    end
end
complete -c itsmc -f -a '(__itsmc_complete)'
