#!/bin/bash
# The sqlite3 shell creates, fills and queries a database of 100,000 rows as the native one does, and either reads the other's file.
. "$TOP/tests/ports/lib.sh"
cat >fill.sql <<'SQL'
PRAGMA journal_mode = DELETE;
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL, stock INTEGER);
CREATE TABLE sale (item INTEGER REFERENCES item (id), day INTEGER, quantity INTEGER);
BEGIN;
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
	INSERT INTO item SELECT i, 'item ' || (i * 7919 % 100003), (i * 31 % 9973) / 100.0, i % 97 FROM n;
INSERT INTO sale SELECT id * 13 % 100000 + 1, id % 365, stock FROM item WHERE id % 3 = 0;
COMMIT;
CREATE INDEX item_name ON item (name);
CREATE INDEX sale_item ON sale (item);
UPDATE item SET price = price * 1.1 WHERE stock < 10;
DELETE FROM item WHERE id % 1000 = 999;
SQL
cat >query.sql <<'SQL'
.mode column
SELECT count(*), sum(stock), round(avg(price), 4), min(name), max(name) FROM item;
SELECT * FROM item WHERE name LIKE 'item 777%' ORDER BY price DESC, id LIMIT 10;
SELECT stock, count(*), round(sum(price), 2) FROM item GROUP BY stock HAVING count(*) > 1020 ORDER BY 3 DESC LIMIT 10;
SELECT i.name, sum(s.quantity) AS sold FROM item i JOIN sale s ON s.item = i.id GROUP BY i.id ORDER BY sold DESC, i.name LIMIT 10;
SELECT day, sum(quantity), rank() OVER (ORDER BY sum(quantity) DESC) FROM sale GROUP BY day ORDER BY 2 DESC, 1 LIMIT 5;
SELECT printf('%.3f', sin(1)), hex(zeroblob(4)), json_extract('{"a": [1, 2]}', '$.a[1]'), date('2024-02-29', '+1 year');
PRAGMA integrity_check;
.dump sale
SQL
for program in native lind; do
	$program sqlite3 $program.db <fill.sql >$program.filled || fail "$program sqlite3: exit status $?"
	[ -z "$(ls $program.db-* 2>/dev/null)" ] || fail "$program sqlite3 left a journal"
done
cmp native.filled lind.filled || fail "output of filling differs"
cmp native.db lind.db || fail "the database files differ"
for database in native.db lind.db; do
	for program in native lind; do
		$program sqlite3 $database <query.sql >$program.answer || fail "$program sqlite3 $database: exit status $?"
	done
	cmp native.answer lind.answer || { diff native.answer lind.answer | head -n 20; fail "answers differ on $database"; }
done
echo 'SELECT nonsense FROM nowhere;' >input
same sqlite3 lind.db
# Two writers: the second finds the database locked.
mkfifo hold
lind sqlite3 lind.db >/dev/null <hold &
exec 7>hold
echo 'BEGIN EXCLUSIVE; SELECT 1;' >&7
for i in 1 2 3 4 5 6 7 8 9 10; do
	echo 'DELETE FROM sale WHERE day = 1000;' | native sqlite3 lind.db 2>locked && sleep 0.2 || break
done
grep -q 'database is locked' locked || fail "a native sqlite3 does not see the guest's lock"
echo 'ROLLBACK;' >&7
exec 7>&-
wait
finish
