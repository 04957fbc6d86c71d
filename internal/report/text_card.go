package report

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

func (p *page) cards(list []result.Credential) {
	for i, c := range list {
		if i > 0 {
			p.blank()
		}
		p.card(c)
	}
}

// card writes a credential in a few lines, for terminals too narrow for a table.
func (p *page) card(c result.Credential) {
	lead := "  " + p.symbol(bullet()) + " "
	if mark := p.configuredMark(c); mark != "" {
		lead = "  " + p.paint(bold, mark) + " "
	}
	title := p.say(msg.New("%s on the %s", kindText(c.Kind), holderText(c.StoredOn)))
	p.write(lead, plainStyle, title+": "+p.paint(credentialStyle(c.Status), p.say(credentialStatusText(c.Status))))
	rows := []row{
		{msg.New("key ID"), p.optional(c.KeyID)},
		{msg.New("name"), p.name(c, nameLimit)},
		{msg.New("hint"), p.optional(c.Hint)},
		{msg.New("start"), p.instant(c.StartDateTime)},
		{msg.New("end"), p.end(c)},
		{msg.New("last used"), p.instant(c.LastUsedDateTime)},
	}
	width := 0
	for _, r := range rows {
		width = max(width, p.widest(r.label))
	}
	for _, r := range rows {
		p.labelled(4, width, r.label, r.value)
	}
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
