# bash completion for itsmc: itsmc completion bash
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
