package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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

// writeSARIF writes what did not pass as results of SARIF 2.1.0, in English.
func writeSARIF(w io.Writer, r result.Judged, o Options) error {
	s, err := r.Survey()
	if err != nil {
		return err
	}
	run := sarifRun{
		Tool:              sarifTool{Driver: sarifDriver{Name: "spcheck", Version: neutral.Line(o.Version), InformationURI: projectURL, Rules: []sarifRule{}}},
		AutomationDetails: sarifAutomation{ID: "spcheck/" + string(r.Kind()) + "/"},
		Invocations:       []sarifInvocation{invocation(r.Head())},
		Results:           []sarifResult{},
		ColumnKind:        "unicodeCodePoints",
	}
	rules := map[string]int{}
	for _, x := range worthTelling(s) {
		if r.Head().Error != nil {
			break // a run that failed is a notification, not a result
		}
		index, known := rules[x.Rule]
		if !known {
			index = len(rules)
			rules[x.Rule] = index
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleOf(x))
		}
		run.Results = append(run.Results, resultOf(s, x, index))
	}
	return writeSARIFLog(w, run)
}

func writeSARIFLog(w io.Writer, run sarifRun) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
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

// ruleOf describes a rule without what is special to one result, as far as that
// is known.
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
	kind, level := "fail", "error"
	switch x.Grade {
	case result.GradeWarn:
		level = "warning"
	case result.GradeNote:
		level = "note"
	case result.GradeUnknown: // SARIF §3.27.10: only what failed has a level
		kind, level = "open", "none"
	case result.GradeOpen:
		kind, level = "review", "none"
	}
	message := msg.Join(append([]msg.Text{x.Message}, x.Detail...), " – ")
	return sarifResult{
		RuleID: neutral.Line(x.Rule), RuleIndex: index, Kind: kind, Level: level,
		Message: sarifSentence(message), Locations: []sarifLocation{locationOf(s, x)},
		PartialFingerprints: map[string]string{"spcheck/v1": fingerprint(s, x)},
	}
}

// locationOf names the service principal as a logical location, and as a file
// that does not exist, since GitHub refuses results without one.
func locationOf(s *result.Survey, x result.Case) sarifLocation {
	path := []string{"entra"}
	for _, id := range []string{cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID)} {
		if id != "" {
			path = append(path, url.PathEscape(neutral.Bound(id, 120)))
		}
	}
	name := neutral.Bound(cmp.Or(x.Name, s.Name, path[len(path)-1]), 120)
	return sarifLocation{
		PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{URI: strings.Join(path, "/")}, Region: sarifRegion{StartLine: 1}},
		LogicalLocations: []sarifLogical{{Name: name, FullyQualifiedName: strings.Join(path, "/"), Kind: "resource"}},
	}
}

// fingerprint lets a later run recognise the same result.
func fingerprint(s *result.Survey, x result.Case) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{x.Rule, cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID), x.Object}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
