package report

import (
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// removal writes the report of spcheck remove-secret.
func (p *page) removal(r *result.Removal) {
	p.headline(statusSymbol(r.Status), p.subject(r.ServicePrincipal, r.Application), p.say(removedText(r.Secrets)))
	if len(r.Secrets) > 0 {
		p.heading(msg.New("Secrets"))
	}
	for _, s := range r.Secrets {
		p.removalItem(s)
	}
	p.credentialPart(msg.New("What is left"), r.Remaining)
	p.notes(r.Notes)
	p.failure(r.Error)
}

func removedText(list []result.RemovalItem) msg.Text {
	n := 0
	for _, s := range list {
		if s.Outcome == "removed" || s.Outcome == "alreadyGone" {
			n++
		}
	}
	if n == 0 {
		return msg.New("nothing was removed")
	}
	return msg.New("%d secrets were removed", n)
}

func (p *page) removalItem(s result.RemovalItem) {
	status, text := removalOutcome(s.Outcome)
	name := p.optional(s.Credential.KeyID)
	if n := p.optional(s.Credential.DisplayName); n != "" {
		name += " (" + n + ")"
	}
	line := p.say(msg.New("%s on the %s: %s", name, holderText(s.Credential.StoredOn), text))
	p.write("  "+p.symbol(checkSymbol(status))+" ", plainStyle, line)
	for _, reason := range s.Reasons {
		p.write("      ", dim, p.say(reason))
	}
}

func removalOutcome(outcome string) (result.CheckStatus, msg.Text) {
	switch outcome {
	case "removed":
		return result.Pass, msg.New("removed")
	case "alreadyGone":
		return result.Pass, msg.New("was gone already")
	case "planned":
		return result.Skipped, msg.New("would be removed")
	case "refused":
		return result.Fail, msg.New("not removed: a rule speaks against it")
	case "declined":
		return result.Skipped, msg.New("not removed")
	case "failed":
		return result.Fail, msg.New("could not be removed")
	}
	return result.CheckUnknown, msg.New("whether it was removed is not known")
}
