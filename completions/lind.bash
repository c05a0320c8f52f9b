# Completion of lind's command line in bash: its options, then a program (of the guest's base root, or a file), then files.

_lind() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local command root i

	case $previous in
	--root | --cwd)
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return
		;;
	--net)
		mapfile -t COMPREPLY < <(compgen -W "none loopback host" -- "$current")
		return
		;;
	--3i)
		mapfile -t COMPREPLY < <(compgen -W "strict open" -- "$current")
		return
		;;
	--confine)
		mapfile -t COMPREPLY < <(compgen -W "auto required off" -- "$current")
		return
		;;
	--limit)
		mapfile -t COMPREPLY < <(compgen -W "mem= procs= fds= cpu= fsize= all-mem= all-fds= all-cpu=" -- "$current")
		return
		;;
	--mount | --env | --connect | --listen)
		return
		;;
	esac

	# The program is the first word that is neither an option nor the value of one.
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--root | --cwd | --mount | --env | --net | --3i | --confine | --limit | --connect | --listen) ((i++)) ;;
		-*) ;;
		*)
			[[ ${COMP_WORDS[i]} == *-grate ]] && continue
			mapfile -t COMPREPLY < <(compgen -f -- "$current")
			return
			;;
		esac
	done

	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(lind --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-z][a-z0-9-]*' | tr -d ' ,')" -- "$current")
		return
	fi
	command=$(readlink -f "$(command -v lind)") && root=${command%/bin/lind}/lib/lind/root/usr/bin || root=/dev/null
	mapfile -t COMPREPLY < <(
		[[ $current == */* ]] || (cd "$root" 2>/dev/null && compgen -f -- "$current")
		compgen -f -- "$current"
	)
}
complete -o filenames -F _lind lind
