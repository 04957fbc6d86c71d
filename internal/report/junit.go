package report

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/neutral"
)

// writeJUnit writes each outcome as a test case, in English. What failed is a
// failure, what could not be found out an error, and a symptom is skipped in
// favour of the check that caused it. A warning fails where it counts for the
// exit code.
func writeJUnit(w io.Writer, res any, o Options) error {
	o.Language = ""
	s, err := surveyed(res, o)
	if err != nil {
		return err
	}
	suite := junit.Testsuite{Name: "spcheck " + string(s.Kind)}
	suite.SetTimestamp(s.Header.GeneratedAt.UTC())
	for _, p := range []struct{ name, value string }{
		{"status", string(s.Header.Status)}, {"exitCode", strconv.Itoa(s.Header.ExitCode)}, {"tenant", s.Tenant}, {"appId", s.AppID}, {"name", s.Name},
	} {
		if p.value != "" {
			suite.AddProperty(p.name, neutral.XML(p.value))
		}
	}
	total := 0.0
	for _, x := range s.Outcomes {
		if x.Grade != gradeOpen {
			suite.AddTestcase(testCase(s, x))
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

func testCase(s *survey, x outcome) junit.Testcase {
	c := junit.Testcase{Name: neutral.XML(x.Title), Classname: "spcheck." + string(s.Kind), Time: seconds(x.Took.Seconds())}
	said := &junit.Result{Message: neutral.XML(x.Message), Type: neutral.XML(x.Rule), Data: neutral.XMLBlock(strings.Join(x.Detail, "\n"))}
	switch {
	case x.Follows != "" && x.Grade != gradePass:
		c.Skipped = &junit.Result{Message: neutral.XML("follows from: " + x.Follows)}
	case x.Grade == gradeFail, x.Grade == gradeWarn && s.Header.ExitCode != fail.CodeOK:
		c.Failure = said
	case x.Grade == gradeUnknown:
		c.Error = said
	case x.Grade == gradeSkip:
		c.Skipped = &junit.Result{Message: said.Message}
	default:
		c.SystemOut = &junit.Output{Data: said.Message}
	}
	return c
}
