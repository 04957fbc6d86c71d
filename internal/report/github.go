package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// maxAnnotations is how many of each level GitHub shows for a step.
const maxAnnotations = 10

// writeGitHub writes annotations as workflow commands of GitHub Actions: errors,
// warnings, and notices for what could not be told. The summary of the job is
// the Markdown report; see Summary.
func writeGitHub(w io.Writer, res any, o Options) error {
	s, err := surveyed(res, o)
	if err != nil {
		return err
	}
	var b strings.Builder
	written, left := map[string]int{}, 0
	for _, x := range s.worthTelling() {
		level := annotationLevel(x.Grade)
		switch {
		case level == "":
		case written[level] >= maxAnnotations-1: // one is kept for the closing line
			left++
		default:
			written[level]++
			b.WriteString(annotation(level, s.annotationTitle(), x.Message, x.Detail))
		}
	}
	if left > 0 {
		more := msg.New("%d more findings are in the full report.", left).In(o.Language)
		b.WriteString(annotation("warning", s.annotationTitle(), more, nil))
	}
	if b.Len() == 0 {
		b.WriteString(annotation("notice", s.annotationTitle(), s.Outcomes[0].Message, nil))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func annotation(level, title, message string, detail []string) string {
	if len(detail) > 0 {
		message += "\n" + strings.Join(detail, "\n")
	}
	return fmt.Sprintf("::%s title=%s::%s\n", level, neutral.WorkflowProperty(title), neutral.WorkflowData(message))
}

// annotationTitle says at a glance which tool speaks of what.
func (s *survey) annotationTitle() string {
	if s.Name == "" {
		return "spcheck"
	}
	return "spcheck: " + neutral.Bound(s.Name, 80)
}

func annotationLevel(g grade) string {
	switch g {
	case gradeFail:
		return "error"
	case gradeWarn, gradeUnknown:
		return "warning"
	}
	return ""
}

// worthTelling leaves out what passed, symptoms, and a failed check that the
// verdict speaks of already.
func (s *survey) worthTelling() []outcome {
	var list []outcome
	for i, x := range s.Outcomes {
		spokenOf := i > 0 && s.Kind == Diagnose && s.Outcomes[0].Grade != gradePass &&
			(x.Grade == gradeFail || x.Rule == "check-end-dates")
		if x.Grade == gradePass || x.Grade == gradeSkip || x.Follows != "" || spokenOf {
			continue
		}
		list = append(list, x)
	}
	return list
}
