package aadsts

import (
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// revealed lists for the report what the message says beside its IDs.
func (d *details) revealed() []result.Detail {
	var list []result.Detail
	for _, x := range []result.Detail{
		{Name: "resource", Value: d.Resource},
		{Name: "parameter", Value: d.Parameter},
		{Name: "issuer", Value: d.Issuer},
		{Name: "audience", Value: d.Audience},
		{Name: "subject", Value: d.Subject},
		{Name: "proposedSubject", Value: d.Proposed},
		{Name: "reason", Value: d.Reason},
		{Name: "thumbprint", Value: d.Thumbprint},
		{Name: "certificateValidFrom", Value: point(d.KeyStart)},
		{Name: "certificateValidUntil", Value: point(d.KeyEnd)},
		{Name: "serverTime", Value: point(d.Now)},
		{Name: "assertionValidFrom", Value: point(d.ValidFrom)},
		{Name: "assertionValidUntil", Value: point(d.ValidUntil)},
		{Name: "sentAfterEnd", Value: d.lateness()},
	} {
		if x.Value = shown(x.Value); x.Value != "" {
			list = append(list, x)
		}
	}
	return list
}

// point is a moment, without its fraction. The year 1970 stands for a time that
// an assertion does not hold.
func point(t *time.Time) string {
	if t == nil || t.Year() < 2000 {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// lateness is how long ago an assertion had ended, such as "1 h 12 min".
func (d *details) lateness() string {
	late, ok := d.late()
	if !ok {
		return ""
	}
	text := late.Round(time.Second).String() // 1h12m5s
	text = strings.NewReplacer("h", " h ", "m", " min ", "s", " s").Replace(text)
	return strings.TrimSpace(strings.ReplaceAll(text, " 0 s", ""))
}
