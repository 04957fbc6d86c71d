package aadsts

import (
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// foundBy says what a match rests on.
type foundBy string

// A match rests on a code, or on the words of a message whose code was cut off.
const (
	ByCode    foundBy = "code"
	ByWording foundBy = "wording"
)

// Match is one error that was found in a text, however often it is repeated.
// Empty strings and nil mean that the text does not say.
type Match struct {
	Line    int    // of its first occurrence, from 1
	Offset  int64  // of its first occurrence, in bytes of the text as UTF-8
	Count   int    // number of occurrences, counting repeats inside one message
	Excerpt string // neutral: one line, bounded, no control characters, no secrets
	FoundBy foundBy
	Codes   []string // digits, a category before its specific code
	// Decisive is the most specific of the codes, empty where there is none.
	Decisive string
	// Entry is what the catalogue knows of the decisive code, nil if nothing.
	Entry *Entry
	// Alike is the entry whose words the message has, where the decisive code
	// itself is not in the catalogue; nil otherwise.
	Alike *Entry
	// Phrase is what the words of an error without a code were recognised by.
	Phrase *phrase
	Causes []Ranked // best first

	AppID         string // the application ID that the message names
	Tenant        string // tenant ID, domain or directory name
	TraceID       string
	CorrelationID string
	Timestamp     *time.Time // UTC
	Details       details
	// Products are the programs that the text names, at most two.
	Products []*Product
	// Notes say what the words prove, and what is peculiar to the product.
	Notes []msg.Text

	prose bool   // the text only speaks about such an error
	raw   string // what the excerpt is made of in the end
	faint bool   // yields to any better match
}

// mark is a group of values that belong to one error.
type mark struct {
	trace, corr string
	time        *time.Time
}

func (m *mark) empty() bool { return m.trace == "" && m.corr == "" && m.time == nil }

// take sets the value of an event. It refuses one that contradicts.
func (m *mark) take(e *event) bool {
	switch e.kind {
	case kindTrace:
		return set(&m.trace, e.value)
	case kindCorr:
		return set(&m.corr, e.value)
	case kindTime:
		if m.time != nil {
			return m.time.Equal(*e.time)
		}
		m.time = e.time
	}
	return true
}

func set(field *string, value string) bool {
	if *field == "" {
		*field = value
	}
	return *field == value
}

// fill takes from another mark what is missing, unless the two contradict.
func (m *mark) fill(o mark) {
	if o.trace != "" && m.trace != "" && o.trace != m.trace || o.corr != "" && m.corr != "" && o.corr != m.corr {
		return
	}
	set(&m.trace, o.trace)
	set(&m.corr, o.corr)
	if m.time == nil {
		m.time = o.time
	}
}

// Sentence says what the decisive code means, or what an unknown one is taken
// for. It is zero where there is nothing to go by.
func (m *Match) Sentence() msg.Text {
	switch {
	case m.Alike != nil:
		return msg.New("The code %s is not in the catalogue, but its message matches that of AADSTS%s: %s",
			m.Decisive, m.Alike.Code, m.Alike.Sentence())
	case m.Entry != nil:
		return m.Entry.Sentence()
	case m.Phrase != nil:
		return m.Phrase.Means.text()
	}
	return msg.Text{}
}

// unknownCause is what stands where nothing is known.
func unknownCause() []Ranked {
	return ranked(candidates{{causes.Unknown, result.Possible}}, msg.Text{})
}
