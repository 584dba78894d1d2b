# Completion of mpifutures for bash: options up to the plugin, then files, which belong to the program.

# The modules of the search path: libNAME.so in each directory.
_mpifutures_modules() {
    local -a places
    local place library program
    IFS=: read -ra places <<<"$MPIFUTURES_PATH"
    program=$(type -P -- "${COMP_WORDS[0]}") && places+=("${program%/*}/../lib/mpifutures")
    for place in "${paths[@]}" . "${places[@]}"; do
        for library in "$place"/lib*.so; do
            library=${library##*/lib}
            [[ $library == '*.so' ]] || printf '%s\n' "${library%.so}"
        done
    done | sort -u
}

_mpifutures() {
    local word=${COMP_WORDS[COMP_CWORD]} index=1
    local -a paths
    # Where the plugin stands, or what names it.
    while ((index < COMP_CWORD)); do
        case ${COMP_WORDS[index]} in
            --path)
                paths+=("${COMP_WORDS[index + 1]}")
                ((index += 2))
                ;;
            --workers | --isolate | --time-limit | --retries | --heartbeat | --save-failed | --replay | --journal | --journal-limit | --journal-files | --trace | --report | --max-calls-per-worker | --memory-limit | --worker-env | --results | --joblog | --halt | --grace | --time-left) ((index += 2)) ;;
            --list | -m | -c | -f | - | [!-]*) break ;;
            *) ((index += 1)) ;;
        esac
    done
    local -a kinds=(-f)
    if ((index > COMP_CWORD)); then
        case ${COMP_WORDS[COMP_CWORD - 1]} in
            --workers | --time-limit | --grace | --time-left | --retries | --heartbeat | --journal-limit | --journal-files | --max-calls-per-worker | --memory-limit | --worker-env) return ;;
            --isolate) kinds=(-W 'auto on off') ;;
            --halt) kinds=(-W 'soon,fail=1 now,fail=1 soon,success=1 now,success=1') ;;
            --replay | --journal | --joblog | --trace | --report) ;;
            *) kinds=(-d) ;;
        esac
    elif ((index == COMP_CWORD)); then
        # A subcommand, or a plugin. Options may stand before `bench`.
        kinds=(-f -W bench)
        ((index == 1)) && kinds=(-f -W 'bench journal report')
        [[ $word == -* ]] && kinds=(-W '-m -c -f - --help --version --path --workers --spawn --isolate --time-limit --retries --heartbeat --save-failed --replay --progress --bar --journal --journal-failures --journal-limit --journal-files --journal-sync --trace --report --max-calls-per-worker --memory-limit --worker-env --summary --label --raw --unordered --tag --line-buffer --dry-run --results --joblog --resume --resume-failed --halt --grace --time-left --list --self-test')
    elif ((index == COMP_CWORD - 1)); then
        case ${COMP_WORDS[index]} in
            -m) kinds=(-W "$(_mpifutures_modules)") ;;
            --list) kinds=(-f -W "$(_mpifutures_modules)") ;;
            -c | bench) return ;;
            journal) ((index == 1)) && [[ $word == -* ]] && kinds=(-W '--export --compact') ;;
            report) ((index == 1)) && [[ $word == -* ]] && kinds=(-W '-o --json --csv') ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen "${kinds[@]}" -- "$word")
}

complete -o filenames -F _mpifutures mpifutures
