package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// pluginText bounds the status line, in characters.
const pluginText = 500

// writePlugin writes a line of the monitoring-plugin convention: the state, what
// was found, and performance data behind a pipe. It is English, for rules that
// match on it. The state is that of the exit code, so that --fail-on holds here
// too.
// See monitoring-plugins.org/doc/guidelines.html.
func writePlugin(w io.Writer, res any, o Options) error {
	o.Language = ""
	s, err := surveyed(res, o)
	if err != nil {
		return err
	}
	line := "SPCHECK " + pluginState(s.Header.ExitCode) + ": "
	if s.Name != "" {
		line += neutral.Bound(neutral.Plugin(s.Name), 80) + ": "
	}
	line += neutral.Plugin(s.Outcomes[0].Message)
	data := performance(res, o)
	if s.Header.Error != nil {
		data = nil
	}
	line = neutral.Bound(line, pluginText)
	if len(data) > 0 {
		line += " | " + strings.Join(data, " ")
	}
	_, err = io.WriteString(w, line+"\n")
	return err
}

func pluginState(code int) string {
	switch code {
	case fail.CodeOK:
		return "OK"
	case fail.CodeWarning:
		return "WARNING"
	case fail.CodeCritical:
		return "CRITICAL"
	}
	return "UNKNOWN"
}

// performance is the performance data of a result: days until the next end of a
// usable credential with the ranges of the warning window, counts, and how long
// requests took.
func performance(res any, o Options) []string {
	switch r := res.(type) {
	case *result.Diagnosis:
		data := credentialData(r.Credentials, r.Status, o)
		for _, c := range r.Checks {
			if c.DurationMs != nil {
				data = append(data, fmt.Sprintf("%s_time=%ss;;;0", perfLabel(c.ID), seconds(float64(*c.DurationMs)/1000)))
			}
		}
		return data
	case *result.SecretList:
		return credentialData(r.Credentials, r.Status, o)
	case *ScanSource:
		t := r.Scan.Totals
		return []string{
			fmt.Sprintf("critical=%d;;0;0", t.Critical), fmt.Sprintf("warning=%d;0;;0", t.Warning),
			fmt.Sprintf("tenants_unknown=%d;0;;0", t.TenantsUnknown), fmt.Sprintf("credentials=%d;;;0", t.Credentials),
			fmt.Sprintf("duration=%ss;;;0", seconds(float64(t.DurationMs)/1000)),
		}
	}
	return nil
}

func credentialData(list []result.Credential, s result.Status, o Options) []string {
	if len(list) == 0 && s == result.Unknown {
		return nil // nothing was read: a zero would be a claim
	}
	n := count(list)
	const unknown = "U" // in the convention
	days, usable := unknown, strconv.Itoa(n.usable)
	if next, ok := nextEnd(list); ok {
		days = strconv.Itoa(next)
	}
	if n.unknown > 0 {
		usable = unknown // those whose dates could not be read may be usable, too
	}
	warn := strconv.FormatFloat(o.window().Hours()/24, 'f', -1, 64)
	return []string{
		fmt.Sprintf("days_left=%s;%s:;0:", days, warn),
		fmt.Sprintf("usable=%s;;1:;0", usable),
		fmt.Sprintf("expiring=%d;;;0", n.expiring),
		fmt.Sprintf("expired=%d;;;0", n.expired),
	}
}

// nextEnd is the fewest days that a usable credential has left.
func nextEnd(list []result.Credential) (int, bool) {
	var days []int
	for _, c := range list {
		if c.DaysLeft != nil && (c.Status == result.Valid || c.Status == result.Expiring) {
			days = append(days, *c.DaysLeft)
		}
	}
	if len(days) == 0 {
		return 0, false
	}
	return slices.Min(days), true
}

// perfLabel keeps a label to letters that need no quotes.
func perfLabel(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(s))
	return s[:min(len(s), 40)]
}
