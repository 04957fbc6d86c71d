package report

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// surveyedFindings is how many findings of a scan become outcomes: GitHub shows
// 5,000 results of a SARIF file, and no test report is read beyond that.
const surveyedFindings = 5000

func surveyScan(source *ScanSource, say sayer, o Options) (*survey, error) {
	scan := source.Scan
	s := &survey{Kind: Scan, Header: &scan.Header}
	if len(scan.Tenants) == 1 {
		s.Tenant, s.Name = scan.Tenants[0].Tenant, scan.Tenants[0].Tenant
	}
	if scan.Error != nil {
		s.add(failureOutcome(scan.Error, say))
		return s, nil
	}
	s.add(outcome{Rule: "scan", Title: say(msg.New("Scan of tenants")), Grade: gradeOf(scan.Status), Message: say(scanVerdict(scan))})
	for _, t := range scan.Tenants {
		if !t.Error.IsZero() {
			s.add(outcome{Rule: "tenant-unreadable", Object: t.Tenant, Tenant: t.Tenant, Title: t.Tenant, Grade: gradeUnknown, Message: t.Tenant + ": " + say(t.Error)})
		}
	}
	near, err := nearestOf(source, surveyedFindings, true)
	if err != nil {
		return nil, err
	}
	for _, f := range near {
		s.add(findingOutcome(f, scan.GeneratedAt, say, o))
	}
	if more := scan.Totals.Findings - len(near); more > 0 {
		s.add(outcome{Rule: "more-findings", Title: say(msg.New("Findings, the nearest ends first")), Grade: gradeNote, Message: say(msg.New("%d more findings are in the full report.", more))})
	}
	return s, nil
}

func findingOutcome(f *result.Finding, now time.Time, say sayer, o Options) outcome {
	x := outcome{Rule: f.Rule, Object: f.ObjectID + "/" + orEmpty(f.KeyID), Tenant: f.Tenant, AppID: orEmpty(f.AppID), Grade: gradeNote}
	switch f.Severity {
	case result.SevCritical:
		x.Grade = gradeFail
	case result.SevWarning:
		x.Grade = gradeWarn
	}
	name := orEmpty(f.DisplayName)
	if name == "" {
		name = f.ObjectID
	}
	what := say(holderText(f.ObjectKind))
	if f.Kind != nil {
		what = say(msg.New("%s on the %s", kindText(*f.Kind), holderText(f.ObjectKind)))
	}
	if f.KeyID != nil {
		what += " " + *f.KeyID
	}
	x.Title = name + ": " + f.Rule + " (" + what + ")"
	x.Message = name + ": " + say(findingText(f, now)) + " (" + what + ")"
	text := o.Rules[f.Rule]
	x.Detail = append(said(say, text.Title), said(say, text.Remedy)...)
	return x
}
