package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

// writeCSV writes a table by RFC 4180: a header, fields named as in JSON, lines
// that end in CR LF. Text that a spreadsheet would take for a formula is
// defused. A diagnosis is one line a check, a list one line a credential, an
// explanation one line a match.
func writeCSV(w io.Writer, res any, _ Options) error {
	var rows [][]string
	switch r := res.(type) {
	case *result.Diagnosis:
		rows = csvDiagnosis(r)
	case *result.SecretList:
		rows = csvList(r)
	case *result.Explanation:
		rows = csvExplanation(r)
	default:
		return fmt.Errorf("no table is known for a %T", res)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return c.WriteAll(rows)
}

func csvDiagnosis(d *result.Diagnosis) [][]string {
	rows := [][]string{{"generatedAt", "tenant", "clientId", "status", "rootCause", "certainty", "check", "title", "checkStatus", "summary", "causedBy", "durationMs"}}
	cause, certainty := "", ""
	if d.RootCause != nil {
		cause, certainty = d.RootCause.ID, string(d.RootCause.Certainty)
	}
	for _, c := range d.Checks {
		rows = append(rows, []string{
			csvTime(&d.GeneratedAt), csvText(d.Target.Tenant), csvText(d.Target.ClientID), csvWord(d.Status),
			csvWord(cause), csvWord(certainty), csvWord(c.ID), csvSentence(c.Title),
			csvWord(c.Status), csvSentence(c.Summary), csvText(c.CausedBy), csvNumber(c.DurationMs),
		})
	}
	return rows
}

func csvList(l *result.SecretList) [][]string {
	rows := [][]string{{
		"servicePrincipalId", "applicationId", "appId", "servicePrincipalDisplayName", "keyId", "kind", "storedOn", "displayName", "hint",
		"startDateTime", "endDateTime", "daysLeft", "status", "configured", "lastUsedDateTime",
	}}
	var sp, app, appID, name *string
	if l.ServicePrincipal != nil {
		sp, appID, name = &l.ServicePrincipal.ID, l.ServicePrincipal.AppID, l.ServicePrincipal.DisplayName
	}
	if l.Application != nil {
		app = &l.Application.ID
	}
	for _, c := range l.Credentials {
		rows = append(rows, append([]string{csvText(sp), csvText(app), csvText(appID), csvText(name)}, csvCredential(c)...))
	}
	return rows
}

func csvCredential(c result.Credential) []string {
	configured := ""
	if c.Configured != nil {
		configured = strconv.FormatBool(*c.Configured)
	}
	return []string{
		csvText(c.KeyID), csvWord(c.Kind), csvWord(c.StoredOn), csvText(c.DisplayName), csvText(c.Hint),
		csvTime(c.StartDateTime), csvTime(c.EndDateTime), csvNumber(c.DaysLeft), csvWord(c.Status), configured,
		csvTime(c.LastUsedDateTime),
	}
}

func csvExplanation(e *result.Explanation) [][]string {
	rows := [][]string{{
		"line", "foundBy", "decisive", "codes", "meaning", "cause", "causeSummary", "remedy", "appId", "tenant", "traceId",
		"correlationId", "timestamp", "excerpt",
	}}
	for _, m := range e.Matches {
		var codes []string
		meaning := ""
		for _, c := range m.Codes {
			codes = append(codes, c.Code)
			if m.Decisive != nil && c.Code == *m.Decisive {
				meaning = csvSentence(c.Meaning)
			}
		}
		var first result.RankedCause
		if len(m.Causes) > 0 {
			first = m.Causes[0]
		}
		rows = append(rows, []string{
			strconv.Itoa(m.Line), csvWord(m.FoundBy), csvText(m.Decisive), csvWord(strings.Join(codes, " ")), meaning,
			csvWord(first.ID), csvSentence(first.Summary), csvSentence(first.Remedy), csvText(m.AppID), csvText(m.Tenant),
			csvText(m.TraceID), csvText(m.CorrelationID), csvTime(m.Timestamp), csvWord(m.Excerpt),
		})
	}
	return rows
}

// csvWord is a word of a closed list; a saved report may hold others.
func csvWord[T ~string](s T) string { return neutral.CSVCell(neutral.Line(string(s))) }

func csvText(s *string) string { return neutral.CSVCell(neutral.Line(orEmpty(s))) }

// csvSentence is English: a table is read by programs.
func csvSentence(t msg.Text) string { return neutral.CSVCell(neutral.Line(t.String())) }

func csvTime(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func csvNumber[T int | int64](n *T) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(int64(*n), 10)
}
