# Tells how Octavia stands on this host; changes nothing.  POSIX sh, also dash and busybox.
# Arguments: configuration directory, management bridge, salt, units of systemd.
# Every line begins with a letter that says what follows; the last one is "Z".
# No secret leaves the host: what may be one is told as a SHA-256 digest of salt and value.
LC_ALL=C
export LC_ALL
exec 2>/dev/null
etc=$1 bridge=$2 salt=$3
shift 3
newline='
'

hash=
# A printf that is a program of its own would show the secret in its arguments.
if [ "$(command -v printf)" = printf ]; then
  if command -v sha256sum >/dev/null; then
    hash=sha256sum
  elif command -v openssl >/dev/null; then
    hash='openssl dgst -sha256 -r'
  fi
fi

digest() {
  [ -n "$hash" ] || { printf '?'; return; }
  set -- "$(printf '%s%s' "$salt" "$1" | $hash)"
  printf '%s' "${1%% *}"
}

hidden() {
  lower=$1
  case $1 in *[A-Z]*) lower=$(printf '%s' "$1" | tr 'A-Z' 'a-z') ;; esac
  case $lower in
    *pass*|*secret*|*credential*) return 0 ;;
    *private_key|*key_file|*keyfile) case $2 in /*) return 1 ;; esac; return 0 ;;
    amp_ssh_key_name|token_cache_time|service_token_roles*|connection_*) ;;
    *key*|*token*|*transport_url*|*connection|*_dsn|dsn) return 0 ;;
  esac
  case $2 in *://*@*|*[Pp][Aa][Ss][Ss][Ww][Oo][Rr][Dd]=*|*'PRIVATE KEY'*) return 0 ;; esac
  return 1
}

trim() {
  trimmed=${1#"${1%%[![:space:]]*}"}
  trimmed=${trimmed%"${trimmed##*[![:space:]]}"}
}

flush() {
  [ -n "$name" ] || return 0
  if hidden "$name" "$value"; then
    printf 'D %s %s\n' "$name" "$(digest "$value")"
  else
    printf '%s\n' "$clear"
  fi
  name=
}

# As oslo.config reads it: indented lines go on, an empty one ends a value, other lines are junk.
options() {
  name= value= clear=
  while IFS= read -r line || [ -n "$line" ]; do
    trim "$line"
    case $line in
      [[:space:]]*)
        if [ -n "$trimmed" ] && [ -n "$name" ]; then
          value=$value$newline$trimmed
          clear=$clear${newline}C$trimmed
          continue
        fi
        ;;
    esac
    flush
    case $trimmed in
      ''|'#'*|';'*) ;;
      '['*']') trimmed=${trimmed#?}; printf 'S%s\n' "${trimmed%?}" ;;
      *[:=]*)
        left=${trimmed%%[:=]*}
        right=${trimmed#"$left"?}
        trim "$right"; right=$trimmed
        case $right in
          \"*\") right=${right#?}; right=${right%?} ;;
          \'*\') right=${right#?}; right=${right%?} ;;
        esac
        trim "$left"; name=$trimmed value=$right
        clear="O$name=$right"
        ;;
    esac
  done
  flush
}

stand() {
  [ -e "$1" ] || return 1
  printf 'M%s %s\n' "$2" "$(stat -L -c '%a %U %G' "$1" </dev/null)"
}

printf 'V1\n'
if stand "$etc/octavia.conf" octavia.conf; then
  if [ -r "$etc/octavia.conf" ]; then
    printf 'R\n'
    options <"$etc/octavia.conf"
  fi
fi

for file in server_ca.pem client_ca.pem ca.pem client.pem; do
  path=$etc/certs/$file
  stand "$path" "$file" || continue
  printf 'P%s\n' "$file"
  awk '/-----BEGIN/ { inside = 0 }
    /^-----BEGIN CERTIFICATE-----/ { inside = 1 }
    inside { print "p" $0 }
    /-----END/ { inside = 0 }' "$path" </dev/null
done
for file in ca_key.pem client.pem.key; do
  stand "$etc/certs/$file" "$file"
done

if command -v systemctl >/dev/null; then
  for unit; do
    state=$(systemctl show -p LoadState -p ActiveState "$unit.service" </dev/null) || continue
    load= active=
    while IFS='=' read -r key value; do
      case $key in LoadState) load=$value ;; ActiveState) active=$value ;; esac
    done <<END
$state
END
    [ -z "$load" ] || printf 'U%s %s %s\n' "$unit" "$load" "$active"
  done
fi

if command -v ip >/dev/null; then
  ip -o -4 addr show </dev/null | awk '{ print "A" $2, $4 }'
fi
for kind in tcp tcp6 udp udp6; do
  [ -r "/proc/net/$kind" ] || continue
  printf 'N%s\n' "$kind"
  awk -v kind="$kind" 'NR > 1 && (kind ~ /udp/ || $4 == "0A") { print "L" kind, $2 }' \
    "/proc/net/$kind" </dev/null
done

if [ -n "$bridge" ]; then
  net=/sys/class/net/$bridge
  if [ -d "$net" ]; then
    printf 'B%s %s %s\n' "$(cat "$net/flags")" "$(cat "$net/operstate")" "$(cat "$net/mtu")"
    for port in "$net"/brif/*; do
      [ -e "$port" ] && printf 'I%s\n' "${port##*/}"
    done
  else
    printf 'X\n'
  fi
fi
printf 'Z\n'
exit 0
