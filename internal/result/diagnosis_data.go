package result

import (
	"iter"
	"slices"
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
		x := Case{Rule: c.ID, Title: c.Summary, Grade: GradeOpen, Message: c.Summary, Detail: said(c.Explanation)}
		s.add(x.caused())
	}
	titles := map[string]msg.Text{}
	for _, c := range r.Checks {
		titles[c.ID] = c.Title
	}
	for _, c := range r.Checks {
		x := checkCase(c, titles)
		x.Told = s.Cases[0].Grade != GradePass && (x.Grade == GradeFail || c.ID == "end-dates")
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
	x := Case{Rule: "sign-in", About: msg.New("The service principal must be able to sign in."), Title: msg.New("Diagnosis"), Grade: gradeOf(r.Status), Message: r.health()}
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
	x := Case{Rule: "check-" + c.ID, Title: c.Title, Message: c.Summary, Grade: GradeUnknown}
	switch c.Status {
	case Pass:
		x.Grade = GradePass
	case Warn:
		x.Grade = GradeWarn
	case Fail:
		x.Grade = GradeFail
	case Skipped:
		x.Grade = GradeSkip
	}
	if c.CausedBy != nil {
		x.Follows = titles[*c.CausedBy]
	}
	if c.DurationMs != nil {
		x.Took = time.Duration(*c.DurationMs) * time.Millisecond
	}
	return x
}

// Columns are the columns of a table of checks.
func (*Diagnosis) Columns() []string {
	return []string{"generatedAt", "tenant", "clientId", "status", "rootCause", "certainty", "check", "title", "checkStatus", "summary", "causedBy", "durationMs"}
}

// Lines returns one line per check.
func (r *Diagnosis) Lines() iter.Seq2[[]any, error] {
	var cause, certainty string
	if r.RootCause != nil {
		cause, certainty = r.RootCause.ID, string(r.RootCause.Certainty)
	}
	var lines [][]any
	for _, c := range r.Checks {
		lines = append(lines, []any{r.GeneratedAt, r.Target.Tenant, r.Target.ClientID, string(r.Status), cause, certainty, c.ID, c.Title,
			string(c.Status), c.Summary, c.CausedBy, c.DurationMs})
	}
	return inMemory(lines)
}

// Expiries returns the expiry dates of the application's credentials.
func (r *Diagnosis) Expiries() iter.Seq2[Expiry, error] {
	return expiries(r.Credentials, OrEmpty(r.Target.ClientID), r.name())
}

// Metrics returns the metrics of the root cause, the checks and the credentials.
func (r *Diagnosis) Metrics() iter.Seq2[Metric, error] {
	if r.Error != nil {
		return inMemory([]Metric(nil))
	}
	var all []Metric
	if c := r.RootCause; c != nil {
		all = append(all, Metric{"spcheck_root_cause_info", "The root cause that a diagnosis found, and how certain it is.", 1,
			[][2]string{{"cause", c.ID}, {"certainty", string(c.Certainty)}}})
	}
	for _, c := range r.Checks {
		if v := slices.Index([]CheckStatus{Pass, Warn, Fail}, c.Status); c.Status != Skipped {
			if v < 0 {
				v = 3
			}
			all = append(all, Metric{"spcheck_check_status", "Outcome of a check: 0 passed, 1 warning, 2 failed, 3 unknown.", float64(v), [][2]string{{"check", c.ID}}})
		}
	}
	for _, c := range r.Checks {
		if c.DurationMs != nil {
			all = append(all, Metric{"spcheck_check_duration_seconds", "How long the request behind a check took.", float64(*c.DurationMs) / 1000, [][2]string{{"check", c.ID}}})
		}
	}
	return inMemory(append(all, credentialMetrics(r.Credentials)...))
}

// MetricLabels are the tenant and the application.
func (r *Diagnosis) MetricLabels() [][2]string {
	return [][2]string{{"tenant", OrEmpty(r.Target.Tenant)}, {"app_id", OrEmpty(r.Target.ClientID)}}
}
