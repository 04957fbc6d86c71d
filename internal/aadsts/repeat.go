package aadsts

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// key returns what all errors of one kind have in common.
func (m *Match) key() string {
	if m.Phrase != nil {
		return m.Phrase.ID
	}
	return m.Decisive
}

// named returns the values that distinguish errors with the same code.
func (m *Match) named() []string {
	values := []string{strings.ToLower(shown(m.AppID)), strings.ToLower(shown(m.Tenant))}
	for _, v := range m.Details.texts() {
		values = append(values, strings.ToLower(shown(*v.field)))
	}
	return values
}

func (m *Match) fingerprint() string {
	return string(m.FoundBy) + "\x00" + m.key() + "\x00" + strings.Join(m.named(), "\x00")
}

func (m *Match) agrees(o *Match) bool { return slices.EqualFunc(m.named(), o.named(), sameValue) }

// sameValue reports whether two values may be the same: one may be absent, or cut off.
func sameValue(a, b string) bool {
	const enough = 8
	return sameOrEmpty(a, b) || min(len(a), len(b)) >= enough && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// merge adds a repeat: its codes, and what the first occurrence did not say.
func (m *Match) merge(o *Match) {
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
	if o.saysMore(m) || m.prose && !o.prose {
		m.raw, m.Details, m.Causes, m.prose = o.raw, o.Details, o.Causes, o.prose
		m.Entry, m.Alike, m.Decisive, m.Phrase = o.Entry, o.Alike, o.Decisive, o.Phrase
	}
	m.orderCodes()
	m.fill(o.mark)
	set(&m.AppID, o.AppID)
	set(&m.Tenant, o.Tenant)
	for _, note := range o.Notes {
		if !slices.ContainsFunc(m.Notes, func(n msg.Text) bool { return n.Key() == note.Key() }) {
			m.Notes = append(m.Notes, note)
		}
	}
}

// saysMore reports whether a repeat says more than the first occurrence.
func (m *Match) saysMore(first *Match) bool {
	if m.Decisive != first.Decisive {
		return len(m.Codes) > len(first.Codes)
	}
	count := func(x *Match) (n int) {
		for _, s := range x.named() {
			n += min(len(s), 1)
		}
		if x.Details.ValidUntil != nil {
			n++
		}
		return n
	}
	return count(m) > count(first)
}
