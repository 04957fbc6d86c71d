package report

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// renewal writes the report of spcheck renew-secret.
func (p *page) renewal(r *result.Renewal) {
	p.headline(p.renewalSymbol(r), p.subject(r.ServicePrincipal, r.Application), p.say(outcomeText(r.Outcome)))
	p.renewalSteps(r.Steps)
	p.preflight(r)
	p.section(msg.New("New secret"), p.newSecretRows(r))
	p.credentialPart(msg.New("Removed again, since nobody has the value"), r.Removed)
	if r.Added != nil {
		p.credentialPart(msg.New("What is valid beside it"), r.Remaining)
	}
	p.remedies(r.NextSteps)
	if r.Journal != nil {
		p.heading(msg.New("Unfinished"))
		p.write("  ", plainStyle, p.say(r.Journal.Summary))
	}
	p.notes(r.Notes)
	p.failure(r.Error)
}

func (p *page) renewalSymbol(r *result.Renewal) symbol {
	if r.Outcome == result.Stopped {
		return statusSymbol(r.Status)
	}
	return statusSymbol(result.OK)
}

func outcomeText(o result.Outcome) msg.Text {
	switch o {
	case result.Renewed:
		return msg.New("a new secret was added, stored and proven")
	case result.Planned:
		return msg.New("a plan only; nothing was changed")
	case result.NotNeeded:
		return msg.New("no renewal is needed; nothing was changed")
	case result.CleanedUp:
		return msg.New("the earlier renewal was cleaned up")
	case result.NothingToResume:
		return msg.New("no earlier renewal is unfinished")
	}
	return msg.New("the renewal stopped")
}

// subject is the best name of what a command changes.
func (p *page) subject(sp *result.ServicePrincipal, app *result.Application) string {
	var names []*string
	if sp != nil {
		names = append(names, sp.DisplayName, sp.AppID, &sp.ID)
	}
	if app != nil {
		names = append(names, app.DisplayName, &app.ID)
	}
	for _, name := range names {
		if s := p.optional(name); s != "" {
			return s
		}
	}
	return p.say(msg.New("The service principal could not be read"))
}

// renewalSteps lists what was done, and leaves out what never began.
func (p *page) renewalSteps(list []result.Step) {
	begun := false
	for _, s := range list {
		if s.Status == result.Skipped && !p.Verbose {
			continue
		}
		if !begun {
			p.heading(msg.New("Steps"))
			begun = true
		}
		line := p.say(s.Title)
		if !s.Summary.IsZero() {
			line += ": " + p.say(s.Summary)
		}
		p.write("  "+p.symbol(checkSymbol(s.Status))+" ", plainStyle, line)
	}
}

// preflight shows the whole of it where it is the matter, else what did not pass.
func (p *page) preflight(r *result.Renewal) {
	var shown []result.Check
	for _, c := range r.Checks {
		if r.Outcome == result.Planned || p.Verbose || c.Status != result.Pass && c.Status != result.Skipped {
			shown = append(shown, c)
		}
	}
	if len(shown) == 0 {
		return
	}
	p.heading(msg.New("Preflight"))
	for _, c := range shown {
		p.check(c, nil, 0, plainStyle)
	}
	if plan := r.Plan; plan != nil && r.Outcome == result.Planned {
		p.section(msg.New("Plan"), []row{
			{msg.New("Added to"), p.say(holderText(plan.StoredOn)) + " " + p.raw(plan.ObjectID)},
			{msg.New("Name"), p.raw(plan.DisplayName)},
			{msg.New("Ends on"), p.instant(&plan.EndDateTime)},
			{msg.New("Stored in"), p.optional(plan.Target)},
			{msg.New("Acting as"), p.optional(r.ActingAs)},
		})
	}
}

func (p *page) newSecretRows(r *result.Renewal) []row {
	if r.Added == nil {
		return nil
	}
	return []row{
		{msg.New("Key ID"), p.optional(r.Added.KeyID)},
		{msg.New("Name"), p.optional(r.Added.DisplayName)},
		{msg.New("Added to"), p.say(holderText(r.Added.StoredOn))},
		{msg.New("Ends on"), p.instant(r.Added.EndDateTime)},
		{msg.New("Stored in"), p.optional(r.StoredIn)},
		{msg.New("Acting as"), p.optional(r.ActingAs)},
	}
}

// credentialPart is a list of credentials under a heading.
func (p *page) credentialPart(title msg.Text, list []result.Credential) {
	if len(list) > 0 {
		p.heading(title)
		p.credentials(list)
	}
}
