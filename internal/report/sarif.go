package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/result"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURL  = "https://github.com/spcheck/spcheck"
)

// writeSARIF writes SARIF 2.1.0, in English. Every case that did not pass is a result.
func writeSARIF(w io.Writer, r result.Judged, o Options) error {
	s, err := r.Survey()
	if err != nil {
		return err
	}
	run := sarifRun{
		Invocations: []sarifInvocation{invocation(r.Head())},
		Results:     []sarifResult{},
		ColumnKind:  "unicodeCodePoints",
	}
	run.Tool.Driver = sarifDriver{"spcheck", neutral.Line(o.Version), projectURL, []sarifRule{}}
	run.AutomationDetails.ID = "spcheck/" + string(r.Kind()) + "/"
	rules := map[string]int{}
	for _, x := range noteworthy(s) {
		if r.Head().Error != nil {
			break // a failed run is a notification, not a result
		}
		index, known := rules[x.Rule]
		if !known {
			index = len(rules)
			rules[x.Rule] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleOf(x))
		}
		run.Results = append(run.Results, resultOf(s, x, index))
	}
	data, err := encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func invocation(h *result.Header) sarifInvocation {
	i := sarifInvocation{ExecutionSuccessful: h.Error == nil, ExitCode: h.ExitCode, EndTimeUTC: h.GeneratedAt.UTC().Format(time.RFC3339)}
	if f := h.Error; f != nil {
		i.ToolExecutionNotifications = []sarifNotification{{Level: "error", Message: sarifSentence(f.Message)}}
	}
	return i
}

func sarifSentence(t msg.Text) sarifText { return sarifText{sarifPlain(t.String())} }

// ruleOf returns the rule of a case. If the rule has no description, it takes the title of
// the case.
func ruleOf(x result.Case) sarifRule {
	r := sarifRule{ID: neutral.Line(x.Rule), ShortDescription: sarifSentence(x.Title)}
	if !x.About.IsZero() {
		r.ShortDescription = sarifSentence(x.About)
	}
	if !x.Help.IsZero() {
		help := sarifSentence(x.Help)
		r.Help = &help
	}
	return r
}

func resultOf(s *result.Survey, x result.Case, index int) sarifResult {
	// SARIF §3.27.10: only failures have a level.
	grade := map[result.CheckStatus]struct{ kind, level string }{
		result.Fail: {"fail", "error"}, result.Warn: {"fail", "warning"}, result.Noted: {"fail", "note"},
		result.CheckUnknown: {"open", "none"}, result.Open: {"review", "none"},
	}[x.Status]
	message := msg.Join(append([]msg.Text{x.Message}, x.Detail...), " – ")
	return sarifResult{
		RuleID: neutral.Line(x.Rule), RuleIndex: index, Kind: grade.kind, Level: grade.level,
		Message: sarifSentence(message), Locations: []sarifLocation{locationOf(s, x)},
		PartialFingerprints: map[string]string{"spcheck/v1": fingerprint(s, x)},
	}
}

// locationOf returns the service principal as a logical location and as a file. The file
// does not exist, but GitHub refuses results without one.
func locationOf(s *result.Survey, x result.Case) sarifLocation {
	path := []string{"entra"}
	for _, id := range []string{cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID)} {
		if id != "" {
			path = append(path, url.PathEscape(neutral.Bound(id, 120)))
		}
	}
	name := neutral.Bound(cmp.Or(x.Name, s.Name, path[len(path)-1]), 120)
	uri := strings.Join(path, "/")
	l := sarifLocation{LogicalLocations: []sarifLogical{{Name: name, FullyQualifiedName: uri, Kind: "resource"}}}
	l.PhysicalLocation.ArtifactLocation.URI = uri
	l.PhysicalLocation.Region.StartLine = 1
	return l
}

// fingerprint identifies a result across runs.
func fingerprint(s *result.Survey, x result.Case) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{x.Rule, cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID), x.Object}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
