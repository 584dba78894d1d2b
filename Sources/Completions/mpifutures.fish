# Completion of mpifutures for fish: options up to the plugin, then files, which belong to the program.

# Whether the plugin, or what stands in its place, is still to come, or is what is being written.
function __mpifutures_is_open
    set -l words (commandline --cut-at-cursor --tokenize --current-process)[2..]
    set -l index 1
    while test $index -le (count $words)
        switch $words[$index]
            case --path --workers --isolate --time-limit --retries --heartbeat --save-failed --replay --journal --journal-limit --journal-files --trace --report --max-calls-per-worker --memory-limit --worker-env --results --joblog --halt --grace --time-left
                set index (math $index + 2)
            case -m -c -f --list
                test $index = (count $words)
                return
            case '-?*'
                set index (math $index + 1)
            case '*'
                return 1
        end
    end
end

# Whether the command line begins with a subcommand; without one, whether its first word is being written.
function __mpifutures_begins_with
    set -l words (commandline --cut-at-cursor --tokenize --current-process)[2..]
    test "$words[1]" = "$argv[1]"
end

# The modules of the search path: libNAME.so in each directory.
function __mpifutures_modules
    set -l words (commandline --cut-at-cursor --tokenize --current-process)
    set -l places
    for index in (seq 2 (count $words))
        test "$words[$index]" = --path; and set -a places $words[(math $index + 1)]
    end
    set -a places . (string split --no-empty : -- "$MPIFUTURES_PATH")
    set -l program (command -s mpifutures); and set -a places (path dirname $program)/../lib/mpifutures
    for place in $places
        set -l libraries $place/lib*.so
        string replace --regex --filter '^.*/lib([^/]*)\.so$' '$1' -- $libraries
    end
end

complete -c mpifutures -n __mpifutures_is_open -s m -x -a '(__mpifutures_modules)' -d 'Run a module'
complete -c mpifutures -n __mpifutures_is_open -s c -x -d 'Run calls'
complete -c mpifutures -n __mpifutures_is_open -s f -r -d 'Run the calls of a file'
complete -c mpifutures -n __mpifutures_is_open -a - -d 'Run the calls of standard input'
complete -c mpifutures -n __mpifutures_is_open -l help -d 'Print a summary'
complete -c mpifutures -n __mpifutures_is_open -l version -d 'Print the version'
complete -c mpifutures -n __mpifutures_is_open -l path -x -a '(__fish_complete_directories)' -d 'Look for modules in DIR first'
complete -c mpifutures -n __mpifutures_is_open -l workers -x -d 'Start N workers'
complete -c mpifutures -n __mpifutures_is_open -l spawn -d 'Start as many workers as -usize has room for'
complete -c mpifutures -n __mpifutures_is_open -l isolate -x -a 'auto on off' -d 'Let calls that crash fail alone'
complete -c mpifutures -n __mpifutures_is_open -l time-limit -x -d 'End calls that take longer'
complete -c mpifutures -n __mpifutures_is_open -l retries -x -d 'Make calls that fail again'
complete -c mpifutures -n __mpifutures_is_open -l heartbeat -x -a 'off 5,60' -d 'Give up hosts that are silent'
complete -c mpifutures -n __mpifutures_is_open -l save-failed -x -a '(__fish_complete_directories)' -d 'Save calls that end workers'
complete -c mpifutures -n __mpifutures_is_open -l replay -r -F -d 'Make a saved call again, alone'
complete -c mpifutures -n __mpifutures_is_open -l progress -d 'Show how far the calls are'
complete -c mpifutures -n __mpifutures_is_open -l bar -d 'Show how far the calls are, as a bar'
complete -c mpifutures -n __mpifutures_is_open -l journal -r -F -d 'Record results, and make no recorded call again'
complete -c mpifutures -n __mpifutures_is_open -l journal-failures -d 'Make no call again that has failed'
complete -c mpifutures -n __mpifutures_is_open -l journal-limit -x -d 'Record no larger results'
complete -c mpifutures -n __mpifutures_is_open -l journal-files -x -d 'Write larger results to files beside the journal'
complete -c mpifutures -n __mpifutures_is_open -l journal-sync -d 'Wait for the disk'
complete -c mpifutures -n __mpifutures_is_open -l max-calls-per-worker -x -d 'Start a new process after so many calls'
complete -c mpifutures -n __mpifutures_is_open -l memory-limit -x -d 'Refuse workers more data'
complete -c mpifutures -n __mpifutures_is_open -l trace -r -F -d 'Write when which worker made which calls'
complete -c mpifutures -n __mpifutures_is_open -l worker-env -x -d 'Set a variable of each worker, with its numbers'
complete -c mpifutures -n __mpifutures_is_open -l report -r -F -d 'Make a page about the run'
complete -c mpifutures -n __mpifutures_is_open -l summary -d 'Print at the end what has become of the calls'
complete -c mpifutures -n __mpifutures_is_open -l label -d 'Begin each line of a worker with its rank'
complete -c mpifutures -n __mpifutures_is_open -l raw -d 'Write results that are bytes or text as they are'
complete -c mpifutures -n __mpifutures_is_open -l unordered -d 'Write results as they come'
complete -c mpifutures -n __mpifutures_is_open -l tag -d 'Begin lines with the arguments of their call'
complete -c mpifutures -n __mpifutures_is_open -l line-buffer -d 'Write lines of commands while they run'
complete -c mpifutures -n __mpifutures_is_open -l dry-run -d 'Print the calls, and make none'
complete -c mpifutures -n __mpifutures_is_open -l results -x -a '(__fish_complete_directories)' -d 'Save the output of each call'
complete -c mpifutures -n __mpifutures_is_open -l joblog -r -F -d 'Write a line for each call that has ended'
complete -c mpifutures -n __mpifutures_is_open -l resume -d 'Make no call again that the job log has'
complete -c mpifutures -n __mpifutures_is_open -l resume-failed -d 'Make no call again that has succeeded'
complete -c mpifutures -n __mpifutures_is_open -l halt -x -a 'soon,fail=1 now,fail=1 soon,success=1 now,success=1' -d 'Stop before all calls were made'
complete -c mpifutures -n __mpifutures_is_open -l grace -x -d 'Let calls end after SIGTERM'
complete -c mpifutures -n __mpifutures_is_open -l time-left -x -d 'End in so many seconds'
complete -c mpifutures -n __mpifutures_is_open -l list -r -a '(__mpifutures_modules)' -d 'Print the callables of a plugin'
complete -c mpifutures -n __mpifutures_is_open -l self-test -d 'Check the installation'
complete -c mpifutures -n __mpifutures_is_open -a bench -d 'Measure the installation'
complete -c mpifutures -n '__mpifutures_begins_with bench' -f
complete -c mpifutures -n __mpifutures_begins_with -a journal -d 'List, export or compact a journal'
complete -c mpifutures -n '__mpifutures_begins_with journal' -l export -d 'Print the calls as JSON'
complete -c mpifutures -n '__mpifutures_begins_with journal' -l compact -d 'Make the file smaller'
complete -c mpifutures -n __mpifutures_begins_with -a report -d 'Make a page of a trace'
complete -c mpifutures -n '__mpifutures_begins_with report' -s o -r -F -d 'Write the page to'
complete -c mpifutures -n '__mpifutures_begins_with report' -l json -r -F -d 'Write the figures to'
complete -c mpifutures -n '__mpifutures_begins_with report' -l csv -x -a '(__fish_complete_directories)' -d 'Write tables to'
