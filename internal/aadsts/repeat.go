package aadsts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// key is what the errors of one kind have in common.
func (m *Match) key() string {
	if m.Phrase != nil {
		return m.Phrase.ID
	}
	return m.Decisive
}

// naming returns what tells two errors with the same code apart.
func (m *Match) naming() []string {
	d := &m.Details
	values := []string{m.AppID, d.Identifier, d.Directory, d.Resource, d.Subject, d.Issuer, d.Audience, d.Thumbprint, d.Parameter, d.Reason, m.Tenant}
	for i := range values {
		values[i] = strings.ToLower(shown(values[i]))
	}
	return values
}

func (m *Match) fingerprint() string {
	return string(m.FoundBy) + "\x00" + m.key() + "\x00" + strings.Join(m.naming(), "\x00")
}

func (m *Match) agrees(o *Match) bool {
	a, b := m.naming(), o.naming()
	for i := range a {
		if !sameValue(a[i], b[i]) {
			return false
		}
	}
	return true
}

// sameValue reports whether two values can be the same: one may be absent, or
// cut off.
func sameValue(a, b string) bool {
	const enough = 8
	switch {
	case a == "" || b == "" || a == b:
		return true
	case len(a) < enough || len(b) < enough:
		return false
	}
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// merge adds a repeat: its codes, and what the first occurrence did not say.
func (m *Match) merge(o *Match, f *finder) {
	m.Count += o.Count
	m.faint = m.faint && o.faint
	if m.FoundBy == ByWording && o.FoundBy == ByCode {
		m.FoundBy, m.Codes = ByCode, nil
	}
	if o.FoundBy == ByCode || m.FoundBy == ByWording {
		for _, code := range o.Codes {
			if !slices.Contains(m.Codes, code) && len(m.Codes) < 8 {
				m.Codes = append(m.Codes, code)
			}
		}
	}
	if o.more(m) || m.prose && !o.prose {
		m.raw, m.Details, m.Causes, m.Entry, m.Alike, m.Decisive, m.Phrase, m.prose = o.raw, o.Details, o.Causes, o.Entry, o.Alike, o.Decisive, o.Phrase, o.prose
	}
	f.orderCodes(m)
	own := mark{m.TraceID, m.CorrelationID, m.Timestamp}
	own.fill(mark{o.TraceID, o.CorrelationID, o.Timestamp})
	m.TraceID, m.CorrelationID, m.Timestamp = own.trace, own.corr, own.time
	set(&m.AppID, o.AppID)
	set(&m.Tenant, o.Tenant)
	for _, note := range o.Notes {
		if !slices.ContainsFunc(m.Notes, func(n msg.Text) bool { return n.Key() == note.Key() }) {
			m.Notes = append(m.Notes, note)
		}
	}
}

// marked takes the IDs of a repeat where the first occurrence had none.
func (m *Match) marked(g *group) {
	own := mark{m.TraceID, m.CorrelationID, m.Timestamp}
	if own.empty() {
		own.fill(g.marks())
		m.TraceID, m.CorrelationID, m.Timestamp = own.trace, own.corr, own.time
	}
}

// more reports whether a repeat says more than the first occurrence did.
func (m *Match) more(first *Match) bool {
	if m.Decisive != first.Decisive {
		return len(m.Codes) > len(first.Codes)
	}
	count := func(x *Match) (n int) {
		for _, s := range x.naming() {
			n += min(len(s), 1)
		}
		if x.Details.ValidUntil != nil {
			n++
		}
		return n
	}
	return count(m) > count(first)
}
