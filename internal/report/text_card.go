package report

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

func (p *page) cards(list []result.Credential) {
	for _, c := range list {
		p.card(c)
	}
}

// card writes a credential in a few lines, for terminals too narrow for a table:
// what it is and how long it lasts, then its ID, then what else is known.
func (p *page) card(c result.Credential) {
	lead := "  " + p.symbol(bullet()) + " "
	if mark := p.configuredMark(c); mark != "" {
		lead = "  " + p.paint(bold, mark) + " "
	}
	state := p.say(credentialStatusText(c.Status))
	if end := p.end(c); end != "" {
		state += ", " + end
	}
	title := p.say(msg.New("%s on the %s", kindText(c.Kind), holderText(c.StoredOn)))
	p.write(lead, plainStyle, title+": "+p.paintWords(credentialStyle(c), state))
	if id := p.optional(c.KeyID); id != "" {
		p.write("    ", plainStyle, id)
	}
	var details []string
	for _, r := range []row{
		{msg.New("name"), p.name(c, nameLimit)},
		{msg.New("hint"), strings.TrimPrefix(p.hint(c), "-")},
		{msg.New("start"), p.whenKnown(c.StartDateTime)},
		{msg.New("last used"), p.whenKnown(c.LastUsedDateTime)},
	} {
		if r.value != "" {
			details = append(details, p.say(r.label)+" "+r.value)
		}
	}
	p.items("    ", dim, details)
}

// whenKnown is a date, or nothing.
func (p *page) whenKnown(t *time.Time) string {
	if t == nil {
		return ""
	}
	return p.day(t)
}

// paintWords paints each word for itself, so that a line break between them does
// no harm.
func (p *page) paintWords(s style, text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		words[i] = p.paint(s, w)
	}
	return strings.Join(words, " ")
}

// end prints when a credential ends, and how far away that is. Days are rounded
// down, so that 0 and -1 are both less than a day away.
func (p *page) end(c result.Credential) string {
	at := p.instant(c.EndDateTime)
	switch {
	case c.DaysLeft == nil || at == "":
		return at
	case *c.DaysLeft == 0:
		return p.say(msg.New("%s (in less than a day)", at))
	case *c.DaysLeft == -1:
		return p.say(msg.New("%s (less than a day ago)", at))
	case *c.DaysLeft < 0:
		return p.say(msg.New("%s (%d days ago)", at, -*c.DaysLeft-1))
	}
	return p.say(msg.New("%s (in %d days)", at, *c.DaysLeft))
}
