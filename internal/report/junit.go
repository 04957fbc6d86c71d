package report

import (
	"encoding/xml"
	"io"
	"strconv"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// writeJUnit writes each case as a test case, in English. A failed check is a failure, an
// unknown result is an error, and a symptom is skipped in favour of the check that caused
// it. A warning is a failure if the exit code is not 0.
func writeJUnit(w io.Writer, r result.Judged, _ Options) error {
	s, err := r.Survey()
	if err != nil {
		return err
	}
	h := r.Head()
	suite := junit.Testsuite{Name: "spcheck " + string(r.Kind())}
	suite.SetTimestamp(h.GeneratedAt.UTC())
	for _, p := range [][2]string{{"status", string(h.Status)}, {"exitCode", strconv.Itoa(h.ExitCode)}, {"tenant", s.Tenant}, {"appId", s.AppID}, {"name", s.Name}} {
		if p[1] != "" {
			suite.AddProperty(p[0], xmlLine(p[1]))
		}
	}
	total := 0.0
	for _, x := range s.Cases {
		if x.Status != result.Open {
			suite.AddTestcase(testCase(r, x))
			total += x.Took.Seconds()
		}
	}
	suite.Time = seconds(total)
	var all junit.Testsuites
	all.AddSuite(suite)
	all.Time = suite.Time
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	return all.WriteXML(w)
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

func testCase(r result.Judged, x result.Case) junit.Testcase {
	c := junit.Testcase{Name: xmlLine(x.Title.String()), Classname: "spcheck." + string(r.Kind()), Time: seconds(x.Took.Seconds())}
	said := &junit.Result{Message: xmlLine(x.Message.String()), Type: xmlLine(x.Rule), Data: xmlBlock(msg.Join(x.Detail, "\n").String())}
	switch {
	case !x.Follows.IsZero() && x.Status != result.Pass:
		c.Skipped = &junit.Result{Message: xmlLine("follows from: " + x.Follows.String())}
	case x.Status == result.Fail, x.Status == result.Warn && r.Head().ExitCode != fail.CodeOK:
		c.Failure = said
	case x.Status == result.CheckUnknown:
		c.Error = said
	case x.Status == result.Skipped:
		c.Skipped = &junit.Result{Message: said.Message}
	default:
		c.SystemOut = &junit.Output{Data: said.Message}
	}
	return c
}
