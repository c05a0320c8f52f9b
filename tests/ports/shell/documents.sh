# Here-documents: expansion or none, tabs, several at once, in functions, loops and pipelines; large ones.
name=world
cat <<A; cat <<'B'
hello $name $((1 + 2)) $(echo sub) \$kept
A
hello $name `not`
B
cat <<-C | tr a-z A-Z
	tabs go
		all of them
	C
f() { cat <<D
f got $1
D
}
f one; f two | sed s/got/had/
while read -r a b; do echo "$b-$a"; done <<E
1 one
2 two
E
cat 3<<F 4<<G <&3
three
F
four
G
big=$(seq 1 20000)
cat <<H | wc
$big
H
sh <<'I'
echo nested $(cat <<J
inner
J
)
I
cat <<K >file; cat file
${unset:-default} "${name}" 'single' \
joined
K
