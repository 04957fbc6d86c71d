package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// maxAnnotations is the number of annotations of each level that GitHub shows for a step.
const maxAnnotations = 10

// writeGitHub writes annotations as workflow commands of GitHub Actions: errors and
// warnings with the next step, or a notice if all is well.
func writeGitHub(w io.Writer, r result.Judged, o Options) error {
	s, err := r.Survey()
	if err != nil {
		return err
	}
	var b strings.Builder
	annotate := func(level, name string, message, next msg.Text) {
		title := "spcheck"
		if name = cmp.Or(name, s.Name); name != "" {
			title += ": " + neutral.Bound(name, 80)
		}
		text := o.say(message)
		if !next.IsZero() {
			text += "\n" + o.say(next)
		}
		fmt.Fprintf(&b, "::%s title=%s::%s\n", level, workflowProperty(title), workflowData(text))
	}
	written, left := map[string]int{}, 0
	for _, x := range noteworthy(s) {
		level := map[result.CheckStatus]string{result.Fail: "error", result.Warn: "warning", result.CheckUnknown: "warning"}[x.Status]
		switch {
		case level == "":
		case written[level] >= maxAnnotations-1: // the last one is for the closing line
			left++
		default:
			written[level]++
			annotate(level, x.Name, x.Message, x.Next)
		}
	}
	if left > 0 {
		annotate("warning", "", msg.New("%d more findings are in the full report.", left), msg.Text{})
	}
	if b.Len() == 0 {
		annotate("notice", "", s.Cases[0].Message, msg.Text{})
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// noteworthy returns the cases that a format for CI shows. It leaves out those that passed,
// symptoms, and cases that the verdict already covers.
func noteworthy(s *result.Survey) []result.Case {
	var list []result.Case
	for _, x := range s.Cases {
		if x.Status != result.Pass && x.Status != result.Skipped && x.Follows.IsZero() && !x.Told {
			list = append(list, x)
		}
	}
	return list
}
