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

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/neutral"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURL  = "https://github.com/spcheck/spcheck"
)

// writeSARIF writes what did not pass as results of SARIF 2.1.0, in English.
func writeSARIF(w io.Writer, res any, o Options) error {
	o.Language = ""
	s, err := surveyed(res, o)
	if err != nil {
		return err
	}
	run := sarifRun{
		Tool:              sarifTool{Driver: sarifDriver{Name: "spcheck", Version: neutral.Line(o.Version), InformationURI: projectURL, Rules: []sarifRule{}}},
		AutomationDetails: sarifAutomation{ID: "spcheck/" + string(s.Kind) + "/"},
		Invocations:       []sarifInvocation{invocation(s, o.Language)},
		Results:           []sarifResult{},
		ColumnKind:        "unicodeCodePoints",
	}
	rules := map[string]int{}
	for _, x := range s.worthTelling() {
		if s.Header.Error != nil {
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

func invocation(s *survey, language string) sarifInvocation {
	i := sarifInvocation{ExecutionSuccessful: s.Header.Error == nil, ExitCode: s.Header.ExitCode, EndTimeUTC: s.Header.GeneratedAt.UTC().Format(time.RFC3339)}
	if f := s.Header.Error; f != nil {
		i.ToolExecutionNotifications = []sarifNotification{{Level: "error", Message: sarifText{neutral.SARIF(f.Message.In(language))}}}
	}
	return i
}

// ruleOf describes a rule without what is special to one result.
func ruleOf(x outcome) sarifRule {
	r := sarifRule{ID: neutral.Line(x.Rule), ShortDescription: sarifText{neutral.SARIF(x.Title)}}
	if c, ok := causes.Lookup(causes.ID(x.Rule)); ok {
		r.ShortDescription.Text = neutral.SARIF(c.Summary.String())
		r.Help = &sarifText{neutral.SARIF(c.Remedy.String())}
	}
	if d := ruleDescriptions(x.Rule); d != "" {
		r.ShortDescription.Text = d
	}
	return r
}

// ruleDescriptions are those of the rules that are no root causes.
func ruleDescriptions(rule string) string {
	return map[string]string{
		"usable-credential":        "A service principal needs a credential that is usable.",
		"credential-expiring":      "A credential that is valid now ends within the warning window.",
		"credential-expired":       "A credential has ended and can be removed.",
		"credential-not-yet-valid": "A credential is not valid yet.",
		"credential-dates-unknown": "The dates of a credential could not be read.",
		"sign-in":                  "The service principal has to sign in.",
	}[rule]
}

func resultOf(s *survey, x outcome, index int) sarifResult {
	kind, level := "fail", "error"
	switch x.Grade {
	case gradeWarn:
		level = "warning"
	case gradeNote:
		level = "note"
	case gradeUnknown: // SARIF §3.27.10: only what failed has a level
		kind, level = "open", "none"
	case gradeOpen:
		kind, level = "review", "none"
	}
	message := x.Message
	if len(x.Detail) > 0 {
		message += " – " + strings.Join(x.Detail, " – ")
	}
	return sarifResult{
		RuleID: neutral.Line(x.Rule), RuleIndex: index, Kind: kind, Level: level,
		Message: sarifText{neutral.SARIF(message)}, Locations: []sarifLocation{locationOf(s, x)},
		PartialFingerprints: map[string]string{"spcheck/v1": fingerprint(s, x)},
	}
}

// locationOf names the service principal as a logical location, and as a file
// that does not exist, since GitHub refuses results without one.
func locationOf(s *survey, x outcome) sarifLocation {
	path := []string{"entra"}
	for _, id := range []string{cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID)} {
		if id != "" {
			path = append(path, url.PathEscape(neutral.Bound(id, 120)))
		}
	}
	name := neutral.Bound(s.Name, 120)
	if name == "" {
		name = "service principal"
	}
	return sarifLocation{
		PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{URI: strings.Join(path, "/")}, Region: sarifRegion{StartLine: 1}},
		LogicalLocations: []sarifLogical{{Name: name, FullyQualifiedName: strings.Join(path, "/"), Kind: "resource"}},
	}
}

// fingerprint lets a later run recognise the same result.
func fingerprint(s *survey, x outcome) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{x.Rule, cmp.Or(x.Tenant, s.Tenant), cmp.Or(x.AppID, s.AppID), x.Object}, "\x00")))
	return hex.EncodeToString(sum[:16])
}
