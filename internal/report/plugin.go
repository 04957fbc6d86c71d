package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// pluginText limits the status line, in characters.
const pluginText = 300

// writePlugin writes one line as monitoring-plugins.org/doc/guidelines.html describes it:
// the state, a summary, and performance data after a pipe. It is in English, because
// monitoring rules match it. The state follows the exit code, so --fail-on applies here
// too.
func writePlugin(w io.Writer, r result.Judged, o Options) error {
	s, err := r.Survey()
	if err != nil {
		return err
	}
	line := "SPCHECK " + pluginState(r.Head().ExitCode) + ": "
	if s.Name != "" {
		line += neutral.Bound(pluginPlain(s.Name), 80) + ": "
	}
	line = neutral.Bound(line+pluginPlain(s.Cases[0].Message.String()), pluginText)
	separator := " | "
	for _, d := range s.Data {
		line += separator + performance(d, o)
		separator = " "
	}
	_, err = io.WriteString(w, line+"\n")
	return err
}

func pluginState(code int) string {
	states := map[int]string{fail.CodeOK: "OK", fail.CodeWarning: "WARNING", fail.CodeCritical: "CRITICAL"}
	return cmp.Or(states[code], "UNKNOWN")
}

// performance returns label=value;warn;crit;min without trailing semicolons.
func performance(d result.Datum, o Options) string {
	warn := d.Warn
	if warn == result.Window {
		warn = strconv.FormatFloat(o.window().Hours()/24, 'f', -1, 64) + ":"
	}
	return strings.TrimRight(fmt.Sprintf("%s=%s%s;%s;%s;%s", perfLabel(d.Label), d.Value, d.Unit, warn, d.Crit, d.Min), ";")
}

// perfLabel restricts a label to characters that need no quotes.
func perfLabel(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(s))
	return s[:min(len(s), 40)]
}
