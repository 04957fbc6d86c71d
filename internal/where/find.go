package where

import (
	"crypto/sha1" // The thumbprint by which Entra lists certificates; no security rests on it.
	"encoding/hex"
	"encoding/pem"
	"slices"
	"sort"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// found is one thing in a document, before it is judged.
type found struct {
	source, location string
	line             int // 0 where there are no lines
	setting          string
	kind             result.PlaceKind
	// value is a secret, or what stands where one belongs.
	value secrets.Value
	// keyID is what the text itself names.
	keyID string
	// beside says that the application's client ID stands near, other that the
	// nearest client ID is another application's.
	beside, other bool
	// lines is how far the client ID stands away.
	lines  int
	target string
	// tried and proof are of a sign-in with the value.
	tried bool
	proof Outcome
}

// finder looks for one application in documents. It is safe for concurrent use.
type finder struct {
	app App
	// ids are the credentials by what a text may name them by: key IDs and
	// thumbprints, in lower case.
	ids map[string]string
}

func newFinder(app App) *finder {
	f := &finder{app: app, ids: map[string]string{}}
	for _, c := range app.Listed {
		if c.KeyID == nil {
			continue
		}
		f.ids[lower(*c.KeyID)] = *c.KeyID
		if c.Kind == "certificate" && c.Hint != nil && thumbprint().MatchString(*c.Hint) {
			f.ids[lower(*c.Hint)] = *c.KeyID
		}
	}
	return f
}

var thumbprint = lazyregexp.New(`^[0-9A-Fa-f]{40}$`)

// document returns what stands in a document.
func (f *finder) document(source string, d Document) []found {
	t := &text{Document: d, source: source, low: lower(d.Text)}
	var list []found
	if strings.Contains(t.low, "secret") && manifest().MatchString(d.Text) {
		d.Text = decodeManifest(d.Text)
		t.Document, t.low = d, lower(d.Text)
	}
	if !f.worthwhile(t) {
		return nil
	}
	t.clientIDs(f.app.ID)
	list = append(list, f.values(t)...)
	for _, named := range f.named(t) {
		// The ID of a secret in the place of its value is told with the place.
		if !slices.ContainsFunc(list, func(x found) bool { return x.line == named.line && lower(x.value.Reveal()) == lower(named.keyID) }) {
			list = append(list, named)
		}
	}
	list = append(list, f.certificates(t)...)
	list = append(list, f.hidden(t)...)
	if len(list) == 0 && len(t.ours) > 0 {
		list = append(list, t.at(t.ours[0], found{kind: result.PlaceClientID}))
	}
	return list
}

// worthwhile reports whether anything in a text may be a place; most are passed at
// the cost of these looks.
func (f *finder) worthwhile(t *text) bool {
	if len(t.Certificates) > 0 || strings.Contains(t.low, f.app.ID) || strings.Contains(t.low, "q~") || strings.Contains(t.low, "begin certificate") {
		return true
	}
	for id := range f.ids {
		if slices.ContainsFunc(idForms(id), func(form string) bool { return strings.Contains(t.low, form) }) {
			return true
		}
	}
	v := f.app.Configured.Reveal()
	return len(v) >= shortestValue && strings.Contains(t.Text, v)
}

// text is a document with what was worked out of it.
type text struct {
	Document
	source string
	low    string
	starts []int // offsets of lines
	ours   []int // offsets of the application's client ID
	others []int // offsets of other client IDs
}

const (
	// near is how many lines a client ID may stand away from a value that belongs to
	// it.
	near = 40
	// oneSubject is how many lines a text may have that names one application only,
	// and is taken as being about that one from end to end.
	oneSubject = 400
)

var (
	guid         = lazyregexp.New(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	clientIDName = lazyregexp.New(`(?:client|app|application|principal|user)[-_. ]{0,2}(?:id|identifier)?["'\]]{0,2}(?:\s{0,3}value)?["']?\s{0,3}[=:>,]{0,2}\s{0,3}["']?$`)
)

// clientIDs finds the application's client ID, and those of others.
func (t *text) clientIDs(id string) {
	for _, at := range guid().FindAllStringIndex(t.low, -1) {
		switch {
		case t.low[at[0]:at[1]] == id:
			t.ours = append(t.ours, at[0])
		case clientIDName().MatchString(t.low[max(0, at[0]-60):at[0]]):
			t.others = append(t.others, at[0])
		}
	}
}

// line is the number of the line of an offset, counted from 0.
func (t *text) line(offset int) int {
	if t.starts == nil {
		t.starts = []int{0}
		for i := range len(t.Text) {
			if t.Text[i] == '\n' {
				t.starts = append(t.starts, i+1)
			}
		}
	}
	return sort.SearchInts(t.starts, offset+1) - 1
}

// at fills in where something was found.
func (t *text) at(offset int, f found) found {
	f.source, f.location = t.source, t.Location
	if t.FirstLine > 0 {
		f.line = t.FirstLine + t.line(offset)
	}
	ours, other := t.nearest(t.ours, offset), t.nearest(t.others, offset)
	alone := len(t.others) == 0 && len(t.starts) <= oneSubject
	f.lines, f.beside = ours, ours <= other && (ours <= near || alone && len(t.ours) > 0)
	f.other = other < ours && other <= near
	if t.Target != nil && !f.value.Empty() {
		f.target = t.Target(f.setting, strings.TrimRight(t.Text, "\r\n") == f.value.Reveal())
	}
	return f
}

// nearest is the distance to the nearest of some offsets, which are in order, in
// lines.
func (t *text) nearest(list []int, offset int) int {
	best := 1 << 30
	i := sort.SearchInts(list, offset)
	for _, n := range []int{i - 1, i} {
		if n >= 0 && n < len(list) {
			d := t.line(list[n]) - t.line(offset)
			best = min(best, max(d, -d))
		}
	}
	return best
}

// values finds secrets, by Entra's own form and by the name of their setting.
func (f *finder) values(t *text) []found {
	var list []found
	taken := map[int]bool{} // offsets of values
	if len(t.ours) > 0 {
		for _, a := range t.assignments() {
			if reference(a.value) || len(a.value) < shortestValue || taken[a.offset] {
				continue
			}
			taken[a.offset] = true
			list = append(list, t.at(a.offset, found{kind: result.PlacePassword, setting: a.name, value: secrets.Sealed(a.value)}))
		}
	}
	list = append(list, f.configured(t, taken)...)
	for from := 0; ; {
		i := strings.Index(t.Text[from:], "Q~")
		if i < 0 {
			return list
		}
		at := from + i - len("xyz8")
		from += i + len("Q~")
		if at < 0 || overlaps(taken, at) {
			continue
		}
		if value := marked().FindString(t.Text[at:min(len(t.Text), at+longestMarked)]); value != "" {
			list = append(list, t.at(at, found{kind: result.PlacePassword, setting: nameBefore(t.Text, at), value: secrets.Sealed(trimMarked(value))}))
		}
	}
}

// hints are words of which one stands in or before the name of a secret's setting.
var hints = [...]string{"secret", "passw", "pwd", "pw", "key", "credential", "kennwort", "az login"}

// before and after are how much around such a word is looked at, in bytes.
const beforeWord, afterWord = 120, 700

// assignments finds secrets by the names of their settings, where the text has a
// word for them.
func (t *text) assignments() []assignment {
	var at []int
	for _, word := range hints {
		for from := 0; ; {
			i := strings.Index(t.low[from:], word)
			if i < 0 {
				break
			}
			at = append(at, from+i)
			from += i + len(word)
		}
	}
	slices.Sort(at)
	var list []assignment
	for i := 0; i < len(at); {
		start, end := max(0, at[i]-beforeWord), at[i]+afterWord
		for i++; i < len(at) && at[i]-beforeWord < end && end-start < window; i++ {
			end = at[i] + afterWord
		}
		for _, a := range assignments(t.Text[start:min(end, len(t.Text))]) {
			a.offset += start
			list = append(list, a)
		}
	}
	return list
}

// configured finds the secret that the run is configured with, whatever it looks
// like.
func (f *finder) configured(t *text, taken map[int]bool) []found {
	v := f.app.Configured.Reveal()
	if len(v) < shortestValue {
		return nil
	}
	var list []found
	for from := 0; ; {
		i := strings.Index(t.Text[from:], v)
		if i < 0 {
			return list
		}
		at := from + i
		from = at + len(v)
		if !overlaps(taken, at) {
			taken[at] = true
			list = append(list, t.at(at, found{kind: result.PlacePassword, setting: nameBefore(t.Text, at), value: f.app.Configured}))
		}
	}
}

// overlaps reports whether a value that was found by its name begins at an offset,
// or a little before it, as one that is damaged in front.
func overlaps(taken map[int]bool, offset int) bool {
	for back := range 12 {
		if taken[offset-back] {
			return true
		}
	}
	return false
}

// marked is what Entra's secrets look like since about 2020: three characters, a
// digit with "Q~", and the rest, of which some may have been lost.
var marked = lazyregexp.New(`^[A-Za-z0-9._~-]{3}[78]Q~[A-Za-z0-9._~-]{8,80}`)

// longestMarked is how many bytes are looked at for one.
const longestMarked = 100

// trimMarked takes off what stands behind a secret in a text, such as a full stop,
// where the checksum shows where the value ends.
func trimMarked(s string) string {
	const current = 40
	if len(s) > current && secrets.ValidChecksum(s[:current]) {
		return s[:current]
	}
	return s
}

// named finds key IDs and thumbprints of listed credentials.
func (f *finder) named(t *text) []found {
	var list []found
	for id, keyID := range f.ids {
		kind := result.PlaceKeyID
		for _, form := range idForms(id) {
			if i := strings.Index(t.low, form); i >= 0 {
				list = append(list, t.at(i, found{kind: kind, keyID: keyID, setting: nameBefore(t.Text, i)}))
				break
			}
		}
	}
	return list
}

// idForms are the ways in which a text writes an ID: a thumbprint also in pairs.
func idForms(id string) []string {
	if len(id) != 2*sha1.Size {
		return []string{id}
	}
	var pairs []string
	for i := 0; i < len(id); i += 2 {
		pairs = append(pairs, id[i:i+2])
	}
	return []string{id, strings.Join(pairs, ":"), strings.Join(pairs, " "), strings.Join(pairs, "-")}
}

// certificates finds the listed ones among those that the document holds.
func (f *finder) certificates(t *text) []found {
	var list []found
	for _, c := range t.Certificates {
		if keyID := f.ids[lower(c.SHA1)]; keyID != "" {
			list = append(list, t.at(0, found{kind: result.PlaceCertificate, keyID: keyID}))
		}
	}
	const begin = "-----BEGIN CERTIFICATE-----"
	for from := 0; ; {
		i := strings.Index(t.Text[from:], begin)
		if i < 0 {
			return list
		}
		at := from + i
		from = at + len(begin)
		block, _ := pem.Decode([]byte(t.Text[at:min(len(t.Text), at+maxPEM)]))
		if block == nil {
			continue
		}
		sum := sha1.Sum(block.Bytes)
		if keyID := f.ids[hex.EncodeToString(sum[:])]; keyID != "" {
			list = append(list, t.at(at, found{kind: result.PlaceCertificate, keyID: keyID}))
		}
	}
}

// maxPEM bounds one certificate in a text, in bytes.
const maxPEM = 64 << 10

// hidden are settings by their names alone, in a document that names the
// application.
func (f *finder) hidden(t *text) []found {
	var list []found
	for _, name := range t.Hidden {
		if len(t.ours) == 0 || !secretName().MatchString(name) {
			continue
		}
		x := t.at(0, found{kind: result.PlaceName, setting: name})
		x.beside = true
		if t.Target != nil {
			x.target = t.Target(name, false)
		}
		list = append(list, x)
	}
	return list
}
