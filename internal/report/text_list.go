package report

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// secretList writes the report of spcheck list-secrets.
func (p *page) secretList(l *result.SecretList) {
	if sp := l.ServicePrincipal; sp != nil {
		title := p.title(l)
		if p.Quiet {
			title += ": " + p.say(countText(l.Credentials))
		}
		p.headline(statusSymbol(l.Status), title, p.say(statusText(l.Status)))
		p.identity(l)
	} else {
		p.headline(statusSymbol(l.Status), p.say(msg.New("The service principal could not be read")), "")
	}
	p.failure(l.Error)
	switch {
	case len(l.Credentials) > 0:
		p.blank()
		p.credentials(l.Credentials)
	case l.ServicePrincipal != nil && l.Status != result.Unknown:
		p.blank()
		p.write("  ", plainStyle, p.say(msg.New("There are no credentials, neither on the service principal nor on its application.")))
	}
	p.notes(l.Notes)
}

// title is the best name that there is.
func (p *page) title(l *result.SecretList) string {
	for _, name := range []*string{l.ServicePrincipal.DisplayName, l.ServicePrincipal.AppID} {
		if s := p.optional(name); s != "" {
			return s
		}
	}
	return p.raw(l.ServicePrincipal.ID)
}

// identityRows are the IDs of both objects.
func (p *page) identityRows(l *result.SecretList) []row {
	sp := l.ServicePrincipal
	rows := []row{
		{msg.New("Application (client) ID"), p.optional(sp.AppID)},
		{msg.New("Service principal"), p.raw(sp.ID)},
		{msg.New("Type"), p.optional(sp.Type)},
		{msg.New("Enabled for sign-in"), p.truth(sp.AccountEnabled)},
	}
	if a := l.Application; a != nil {
		rows = append(rows, row{msg.New("Application object"), p.raw(a.ID)},
			row{msg.New("Accounts"), p.optional(a.SignInAudience)})
	} else {
		rows = append(rows, row{msg.New("Application object"), p.say(msg.New("none in this tenant"))})
	}
	return rows
}

func (p *page) identity(l *result.SecretList) {
	rows := p.identityRows(l)
	width := 0
	for _, r := range rows {
		width = max(width, p.widest(r.label))
	}
	for _, r := range rows {
		p.labelled(2, width, r.label, r.value)
	}
}

func (p *page) truth(b *bool) string {
	switch {
	case b == nil:
		return p.say(msg.New("not known"))
	case *b:
		return p.say(msg.New("yes"))
	}
	return p.say(msg.New("no"))
}

func statusText(s result.Status) msg.Text {
	switch s {
	case result.OK:
		return msg.New("healthy")
	case result.Warning:
		return msg.New("warning")
	case result.Critical:
		return msg.New("critical")
	}
	return msg.New("unknown")
}

func (p *page) notes(list []msg.Text) {
	if len(list) == 0 {
		return
	}
	p.heading(msg.New("Notes"))
	for _, n := range list {
		p.write("  "+p.symbol(bullet())+" ", plainStyle, p.say(n))
	}
}
