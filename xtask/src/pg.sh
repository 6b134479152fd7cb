# The guardian of one test server: pg.sh DIR PORT BIN
# It lives exactly as long as the pipe on its standard input. However the other end goes away (a normal end,
# a panic, Ctrl-C, a kill), the server is stopped and DIR is removed.
dir=$1 port=$2 bin=$3
cd "$dir" || exit 1

stop() {
    "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >>"$dir/log" 2>&1
    cd /
    rm -rf "$dir" 2>/dev/null
}
fail() {
    cat "$dir/log" >&2
    exit 1
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
# Whoever started us may be gone before there is anything to tell them; that must not end us without `stop`.
trap '' PIPE

# C.UTF-8 sorts by code point, as SQLite does, and still knows which characters are letters.
locale=C
locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$' && locale=C.UTF-8

# --no-sync is for the creation alone: the running server syncs every commit.
"$bin/initdb" -D "$dir/data" -U fadu -A trust -E UTF8 --locale=$locale --no-sync >"$dir/log" 2>&1 || fail

cat >>"$dir/data/postgresql.conf" <<EOF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
max_connections = 200
fsync = on
synchronous_commit = on
EOF
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start >/dev/null 2>&1 || fail

echo ready 2>/dev/null || exit 1
while read -r _; do :; done
