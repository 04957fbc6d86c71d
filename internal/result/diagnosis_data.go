package result

import (
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
)

// Survey returns the verdict, then other possible causes, then every check.
func (r *Diagnosis) Survey() (*Survey, error) {
	s := &Survey{Tenant: OrEmpty(r.Target.Tenant), AppID: OrEmpty(r.Target.ClientID), Name: r.name()}
	if s.failed(r.Error) {
		return s, nil
	}
	s.add(r.verdict())
	for _, c := range r.Alternatives {
		x := Case{Rule: c.ID, Title: c.Summary, Status: Open, Message: c.Summary, Detail: said(c.Explanation)}
		s.add(x.caused())
	}
	titles := map[string]msg.Text{}
	for _, c := range r.Checks {
		titles[c.ID] = c.Title
	}
	for _, c := range r.Checks {
		x := checkCase(c, titles)
		x.Told = s.Cases[0].Status != Pass && (x.Status == Fail || c.ID == "end-dates")
		s.add(x)
	}
	s.Data = credentialData(r.Credentials, r.Status)
	for _, c := range r.Checks {
		if c.DurationMs != nil {
			s.Data = append(s.Data, Datum{Label: c.ID + "_time", Value: seconds(*c.DurationMs), Unit: "s", Min: "0"})
		}
	}
	return s, nil
}

// verdict is the case for the diagnosis as a whole.
func (r *Diagnosis) verdict() Case {
	x := Case{Rule: "sign-in", About: msg.New("The service principal must be able to sign in."), Title: msg.New("Diagnosis"), Status: r.Status.check(), Message: r.health()}
	c := r.RootCause
	if c == nil {
		return x
	}
	x.Rule, x.Message = c.ID, msg.New("%s (%s)", c.Summary, c.Certainty.Text())
	x.Detail = said(c.Explanation)
	for _, e := range c.Evidence {
		x.Detail = append(x.Detail, msg.New("%s: %s: %s", msg.New("How we know"), e.Claim, e.Value))
	}
	for i, m := range c.Remedies {
		x.Detail = append(x.Detail, msg.New("What to do: %s", m.Title))
		if i == 0 {
			x.Next = msg.New("What to do: %s", m.Title)
		}
		for _, cmd := range m.Commands {
			if cmd.Shell == "sh" {
				x.Detail = append(x.Detail, msg.Literal("    "+cmd.Command))
			}
			if cmd.Shell == "sh" && i == 0 {
				x.Next = msg.New("%s %s", x.Next, cmd.Command)
			}
		}
	}
	if c.AADSTS != nil && c.AADSTS.TraceID != nil {
		x.Detail = append(x.Detail, msg.New("%s: %s", msg.New("Trace ID"), *c.AADSTS.TraceID))
	}
	return x.caused()
}

// caused takes the rule's description from the root cause with the same ID.
func (x Case) caused() Case {
	if c, ok := causes.Lookup(causes.ID(x.Rule)); ok {
		x.About, x.Help = c.Summary, c.Remedy
	}
	return x
}

func checkCase(c Check, titles map[string]msg.Text) Case {
	x := Case{Rule: "check-" + c.ID, Title: c.Title, Message: c.Summary, Status: c.Status}
	if c.CausedBy != nil {
		x.Follows = titles[*c.CausedBy]
	}
	if c.DurationMs != nil {
		x.Took = time.Duration(*c.DurationMs) * time.Millisecond
	}
	return x
}

// Rows returns one row per check.
func (r *Diagnosis) Rows() ([]string, iter.Seq2[[]any, error]) {
	var cause Cause
	if r.RootCause != nil {
		cause = *r.RootCause
	}
	var rows [][]any
	for _, c := range r.Checks {
		rows = append(rows, []any{r.GeneratedAt, r.Target.Tenant, r.Target.ClientID, r.Status, cause.ID, cause.Certainty, c.ID, c.Title,
			c.Status, c.Summary, c.CausedBy, c.DurationMs})
	}
	return []string{"generatedAt", "tenant", "clientId", "status", "rootCause", "certainty", "check", "title", "checkStatus", "summary",
		"causedBy", "durationMs"}, inMemory(rows)
}

func (r *Diagnosis) Expiries() iter.Seq2[Expiry, error] {
	return expiries(r.Credentials, OrEmpty(r.Target.ClientID), r.name())
}

func (r *Diagnosis) Metrics() (labels [][2]string, all []Metric, _ error) {
	labels = [][2]string{{"tenant", OrEmpty(r.Target.Tenant)}, {"app_id", OrEmpty(r.Target.ClientID)}}
	if r.Error != nil {
		return labels, nil, nil
	}
	if c := r.RootCause; c != nil {
		all = append(all, Metric{"spcheck_root_cause_info", "The root cause that a diagnosis found, and how certain it is.", 1,
			[][2]string{{"cause", c.ID}, {"certainty", string(c.Certainty)}}})
	}
	values := map[CheckStatus]float64{Pass: 0, Warn: 1, Fail: 2, CheckUnknown: 3}
	for _, c := range r.Checks {
		if c.Status != Skipped {
			all = append(all, Metric{"spcheck_check_status", "Outcome of a check: 0 passed, 1 warning, 2 failed, 3 unknown.", values[c.Status], [][2]string{{"check", c.ID}}})
		}
	}
	for _, c := range r.Checks {
		if c.DurationMs != nil {
			all = append(all, Metric{"spcheck_check_duration_seconds", "How long the request behind a check took.", float64(*c.DurationMs) / 1000, [][2]string{{"check", c.ID}}})
		}
	}
	return labels, append(all, credentialMetrics(r.Credentials)...), nil
}
