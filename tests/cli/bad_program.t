#!/bin/bash
# What is no program of ours: missing, a folder, not executable, text, another kind of file, damaged, of another interface.
. "$TOP/tests/cli/lib.sh"
mkdir folder
echo 'plain text' >text
cp "$program" plain
chmod 644 plain
chmod 755 text
: >empty
cp /bin/true native
printf '#!/no/such/interpreter\n' >script
size=$(stat -c %s "$program")
head -c $((size / 2)) "$program" >half
head -c 8 "$program" >header
head -c 3 "$program" >start
perl -0777 -pe 'substr($_, length() / 5, 64) = "\xff" x 64' "$program" >corrupt
perl -0777 -pe 's/(\x08lind\.abi)(....)/$1 . pack("V", 1000 + unpack("V", $2))/se' "$program" >later
perl -0777 -pe 's/\x08lind\.abi/\x08lind.aby/s' "$program" >unmarked
perl -0777 -pe 's/\x04lind\x07syscall/\x04lind\x07sysfall/s' "$program" >foreign
perl -0777 -pe 's/\x04lind\x07syscall/\x04kind\x07syscall/s' "$program" >elsewhere
chmod 755 empty native script half header start corrupt later unmarked foreign elsewhere

refused 127 no-such-program lind no-such-program
refused 127 ./missing lind ./missing
refused 127 ./missing/program lind ./missing/program
refused 126 ./folder lind ./folder
refused 126 /usr lind /usr
refused 126 ./plain lind ./plain
refused 126 ./text lind ./text
refused 127 ./text/below lind ./text/below
refused 126 ./empty lind ./empty
refused 126 ./native lind ./native
refused 126 ./script lind ./script
for file in half header start corrupt later unmarked foreign elsewhere; do
	refused 126 ./$file lind ./$file
done
refused 126 version lind ./later
refused 126 lind.sysfall lind ./foreign
refused 126 kind.syscall lind ./elsewhere
refused 127 'no such program' lind ''
finish
