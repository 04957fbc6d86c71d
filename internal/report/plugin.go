package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// pluginText bounds the status line, in characters.
const pluginText = 300

// writePlugin writes a line of the monitoring-plugin convention: the state, what
// was found, and performance data behind a pipe. It is English, for rules that
// match on it. The state is that of the exit code, so that --fail-on holds here
// too.
// See monitoring-plugins.org/doc/guidelines.html.
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

// performance is label=value;warn;crit;min, or with a maximum of nothing.
func performance(d result.Datum, o Options) string {
	warn := d.Warn
	if warn == result.Window {
		warn = strconv.FormatFloat(o.window().Hours()/24, 'f', -1, 64) + ":"
	}
	return strings.TrimRight(fmt.Sprintf("%s=%s%s;%s;%s;%s", perfLabel(d.Label), d.Value, d.Unit, warn, d.Crit, d.Min), ";")
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
