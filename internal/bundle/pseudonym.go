package bundle

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"unicode"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/objects"
)

// Pseudonyms replaces names, IDs and addresses. Within a bundle, equal values get equal
// pseudonyms. They are made with a random key that is not stored, so nobody can recover the
// values or compare two bundles.
//
// It keeps the program's own words, numbers, times, and a list of public hosts and of words
// that Entra and Graph use. It replaces everything else.
type Pseudonyms struct {
	key    []byte
	public map[string]bool
	mu     sync.Mutex // for the fields below, because requests run concurrently
	// made has the pseudonyms by the values they replace, in lower case.
	made map[string]string
	// own has the pseudonyms themselves, which are not replaced again.
	own map[string]bool
}

// NewPseudonyms returns pseudonyms for one bundle. public has further words to keep, such
// as the names of settings.
func NewPseudonyms(public ...string) *Pseudonyms {
	p := &Pseudonyms{key: make([]byte, sha256.Size), public: map[string]bool{}, made: map[string]string{}, own: map[string]bool{}}
	_, _ = rand.Read(p.key) // never fails
	for _, list := range [][]string{public, publicHosts, publicWords} {
		for _, word := range list {
			p.public[word] = true
		}
	}
	return p
}

var (
	hexForm    = lazyregexp.New(`^[0-9A-Fa-f]{16,}$`)
	numberForm = lazyregexp.New(`^(?:AADSTS)?[0-9]+(?:[.,][0-9]+)?(?:%| ?(?:ms|s|m|h|d|MB|KiB|bytes))?$`)
	timeForm   = lazyregexp.New(`^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?UTC|Z)?)?$`)
	hostForm   = lazyregexp.New(`^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{2,}\.?(?::\d+)?$|^localhost(?::\d+)?$`)
	userForm   = lazyregexp.New(`^[^@\s/]+@[^@\s/]+\.[^@\s/]+$`)
	listForm   = lazyregexp.New(`,\s+|\s+/\s+`)
	originForm = lazyregexp.New(`^(flag|environment|variable|file|profile|the file|target) `)
)

// Value returns a text with everything replaced that is not public.
func (p *Pseudonyms) Value(s string) string {
	bare := strings.TrimSpace(s)
	if known, ok := p.known(bare); ok {
		return known
	}
	switch {
	case bare == "", p.keeps(bare):
		return s
	case listForm().MatchString(bare):
		return listForm().ReplaceAllString(p.eachOf(bare), ", ")
	case originForm().MatchString(bare):
		kind := originForm().FindString(bare)
		return kind + p.origin(strings.TrimSpace(strings.TrimPrefix(bare, kind)))
	}
	if formed, ok := p.formed(bare); ok {
		return formed
	}
	return p.pseudonym("name", bare)
}

// keeps reports whether a text is public.
func (p *Pseudonyms) keeps(s string) bool {
	if isAddress(s) {
		return false
	}
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return true // punctuation
	}
	return p.public[s] || numberForm().MatchString(s) || timeForm().MatchString(s)
}

func (p *Pseudonyms) eachOf(list string) string {
	parts := listForm().Split(list, -1)
	for i, part := range parts {
		parts[i] = p.Value(part)
	}
	return strings.Join(parts, ", ")
}

// origin replaces the origin of a setting: "flag --x (file PATH)", "environment NAME".
func (p *Pseudonyms) origin(s string) string {
	head, inner, found := strings.Cut(s, " (")
	if found {
		return p.Value(head) + " (" + p.Value(strings.TrimSuffix(inner, ")")) + ")"
	}
	return p.Value(s)
}

// formed replaces an ID, an address or a path by a pseudonym of the same form, so that
// programs can still parse it. It reports whether the text has such a form.
func (p *Pseudonyms) formed(s string) (string, bool) {
	switch {
	case objects.IsGUID(s):
		return p.guid(s), true
	case hexForm().MatchString(s):
		return p.hexadecimal(s), true
	case isAddress(s):
		return p.pseudonym("address", s), true
	case userForm().MatchString(s):
		return p.pseudonym("user", s), true
	case strings.Contains(s, "://"):
		if out := p.address(s); out != "" {
			return out, true
		}
		return p.pseudonym("address", s), true
	case hostForm().MatchString(s):
		return p.host(s), true
	case strings.ContainsAny(s, `/\`):
		return p.pseudonym("path", s), true
	}
	return "", false
}

func isAddress(s string) bool {
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(s)
	return err == nil
}

// address replaces the parts of a URL. It returns an empty string if s is not a URL.
func (p *Pseudonyms) address(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return ""
	}
	out := u.Scheme + "://" + p.host(u.Host)
	for i, part := range strings.Split(u.EscapedPath(), "/") {
		if i > 0 {
			out += "/"
		}
		out += p.pathPart(part)
	}
	if u.RawQuery != "" {
		out += "?" + p.query(u.RawQuery)
	}
	return out
}

// pathPart replaces a segment of a path, such as servicePrincipals(appId='…').
func (p *Pseudonyms) pathPart(part string) string {
	plain, err := url.PathUnescape(part)
	if err != nil {
		plain = part
	}
	if name, key, found := strings.Cut(plain, "("); found && p.public[name] {
		return name + "(" + p.expression(key)
	}
	return p.Value(plain)
}

// query replaces the values in a query, and keeps the structure of OData expressions.
func (p *Pseudonyms) query(raw string) string {
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		parts[i] = p.Value(name) + "=" + p.expression(value)
	}
	return strings.Join(parts, "&")
}

var termForm = lazyregexp.New(`\d{4}-\d\d-\d\dT[\d:.]+Z|'(?:[^']|'')*'|[A-Za-z0-9_$.\-]+|.`)

// expression replaces the values in an OData expression, and keeps public property names.
func (p *Pseudonyms) expression(s string) string {
	return termForm().ReplaceAllStringFunc(s, func(term string) string {
		if quoted, ok := strings.CutPrefix(term, "'"); ok {
			return "'" + p.Value(strings.TrimSuffix(quoted, "'")) + "'"
		}
		if len(term) == 1 {
			return term
		}
		return p.Value(term)
	})
}

// host replaces a host and keeps its port.
func (p *Pseudonyms) host(s string) string {
	name, port := strings.TrimSuffix(s, "."), ""
	if i := strings.LastIndexByte(name, ':'); i >= 0 && numberForm().MatchString(name[i+1:]) {
		name, port = name[:i], name[i:]
	}
	switch {
	case p.public[strings.ToLower(name)]:
		return strings.ToLower(name) + port
	case objects.IsGUID(name):
		return p.guid(name)
	case isAddress(name):
		return p.pseudonym("address", name) + port
	}
	return p.given(name, func(sum []byte) string { return "host-" + short(sum) + ".example" }) + port
}

func (p *Pseudonyms) guid(s string) string {
	if p.public[strings.ToLower(s)] {
		return strings.ToLower(s)
	}
	return p.given(s, func(sum []byte) string {
		var id uuid.UUID
		copy(id[:], sum)
		id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
		return id.String()
	})
}

func (p *Pseudonyms) hexadecimal(s string) string {
	return p.given(s, func(sum []byte) string {
		digits := strings.Repeat(hex.EncodeToString(sum), len(s)/(2*len(sum))+1)
		return strings.ToUpper(digits[:len(s)])
	})
}

// name replaces a name, even if it looks like a public word or a number.
func (p *Pseudonyms) name(s string) string {
	if formed, ok := p.formed(s); ok || s == "" {
		return formed
	}
	return p.pseudonym("name", s)
}

func (p *Pseudonyms) pseudonym(kind, s string) string {
	return p.given(s, func(sum []byte) string { return kind + "-" + short(sum) })
}

func short(sum []byte) string { return hex.EncodeToString(sum[:5]) }

// known returns the existing pseudonym of a text. A pseudonym stands for itself.
func (p *Pseudonyms) known(s string) (string, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.own[s] {
		return s, true
	}
	made, ok := p.made[strings.ToLower(s)]
	return made, ok
}

// given returns the existing pseudonym of a text, or makes one.
func (p *Pseudonyms) given(s string, form func(sum []byte) string) string {
	if known, ok := p.known(s); ok {
		return known
	}
	low := strings.ToLower(s)
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(low))
	made := form(mac.Sum(nil))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made[low], p.own[made] = made, true
	return made
}
