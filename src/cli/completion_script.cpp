#include "cli/completion.hpp"

namespace itsmc::cli {
namespace {

// Bash cuts words at "=" and ":" (COMP_WORDBREAKS): the script joins them again, and takes the
// joined part off what it hands back. What was typed with quotes or backslashes is read without.
constexpr std::string_view k_bash = R"SCRIPT(# bash completion for itsmc: itsmc completion bash
_itsmc() {
  local IFS=$'\n' word words=() joined=0 i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((${#words[@]})) && { ((joined)) || [[ $word == [=:]* ]]; }; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    joined=0
    [[ $word == [=:] ]] && joined=1
  done
  ((${#words[@]})) || words=("")
  local last=$((${#words[@]} - 1)) quote=
  case ${words[last]} in [\"\']*) quote=${words[last]:0:1} ;; esac
  for ((i = 0; i <= last; i++)); do
    words[i]=${words[i]//[\\\"\']/}
  done

  local current=${words[last]} lines kind line candidate
  mapfile -t lines < <("${COMP_WORDS[0]/#\~/$HOME}" __complete "${words[@]}" 2>/dev/null)
  kind=${lines[0]}
  COMPREPLY=()
  local value=$current front=
  if [[ $current == --*=* ]]; then
    value=${current#*=}
    front=${current%%=*}=
  fi
  case $kind in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$value"); return ;;
    directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$value"); return ;;
    list) compopt -o nospace ;;
  esac
  [[ $value == *:* ]] && front+=${value%:*}:
  for line in "${lines[@]:1}"; do
    candidate=${line%%$'\t'*}
    candidate=${candidate#"$front"}
    [[ $quote ]] || printf -v candidate %q "$candidate"
    candidate=${candidate//\\,/,}
    COMPREPLY+=("$candidate")
  done
}
complete -F _itsmc itsmc
)SCRIPT";

constexpr std::string_view k_zsh = R"SCRIPT(#compdef itsmc
# zsh completion for itsmc: itsmc completion zsh
_itsmc() {
  local -a typed lines shown
  local line kind
  typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  lines=("${(@f)$(${(Q)words[1]/#\~/$HOME} __complete "${typed[@]}" 2>/dev/null)}")
  kind=$lines[1]
  shift lines
  [[ $kind == (files|directories) && $PREFIX == --*=* ]] && compset -P '*='
  case $kind in
    files) _files; return ;;
    directories) _files -/; return ;;
  esac
  for line in "${lines[@]}"; do
    shown+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if [[ $kind == list ]]; then
    _describe -t words itsmc shown -S ''
  else
    _describe -t words itsmc shown
  fi
}
if [[ $funcstack[1] == _itsmc ]]; then
  _itsmc "$@"
else
  compdef _itsmc itsmc
fi
)SCRIPT";

constexpr std::string_view k_fish = R"SCRIPT(# fish completion for itsmc: itsmc completion fish
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
)SCRIPT";

}  // namespace

std::string_view completion_script(std::string_view shell) noexcept {
  if (shell == "bash") return k_bash;
  if (shell == "zsh") return k_zsh;
  if (shell == "fish") return k_fish;
  return {};
}

}  // namespace itsmc::cli
