package renew

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

func policiesUnread(err error) finding {
	return unknown(msg.New("The policies could not be read (%s). If one of them forbids the new credential, it is refused and nothing is changed.", msg.Of(err)))
}

func (r *run) fitLifetime(policies []objects.Policy) finding {
	p := strictest(policies)
	most := p.MaxLifetime
	end, fits := r.Lifetime.fit(r.clock.serviceNow(), most)
	r.res.Plan.EndDateTime = end
	tooLong := msg.New("%s allows %s at most", result.PolicyName(p.Source), limitOf(most))
	switch {
	case most == 0:
		return passed(msg.New("No policy limits the lifetime."))
	case !fits && p.Exempts:
		return warned(msg.New("%s allows %s at most, but exempts some callers. Whether it exempts this one cannot be checked in advance.", result.PolicyName(p.Source), limitOf(most)))
	case !fits && most <= reserve:
		return failed(tooLong, msg.New("ask an administrator of the tenant to exempt the application from the policy"))
	case !fits && most < day:
		return failed(tooLong, msg.New("leave out --days and --until: the longest allowed lifetime is then used"))
	case !fits:
		return failed(tooLong, msg.New("longest allowed lifetime: --days %d", int(most/day)))
	case !r.Lifetime.given() && most < DefaultDays*day:
		return passed(msg.New("%s allows %s at most; the new credential is valid for that long.", result.PolicyName(p.Source), limitOf(most)))
	}
	return passed(msg.New("%s allows the lifetime.", result.PolicyName(p.Source)))
}

// strictest returns the policy with the shortest lifetime. Its MaxLifetime is zero if no
// policy limits the lifetime.
func strictest(policies []objects.Policy) objects.Policy {
	var strict objects.Policy
	for _, p := range policies {
		if p.MaxLifetime > 0 && (strict.MaxLifetime == 0 || p.MaxLifetime < strict.MaxLifetime) {
			strict = p
		}
	}
	return strict
}

// limitOf returns a longest lifetime in days or, if it is short, in hours and minutes.
func limitOf(d time.Duration) msg.Text {
	if d < 2*day && d%day != 0 {
		return msg.New("%s", d.Truncate(time.Minute))
	}
	return msg.New("%d days", int(d/day))
}
