package result

import (
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Kind names the command that wrote a report. It is also the name of the report's JSON
// Schema.
type Kind string

// Report is the result of a command. Package report can write it in more formats if it
// also implements Judged, Tabular, Dated, Measured or Streamed.
type Report interface {
	Kind() Kind
	// Head returns the header, which the caller may change in place.
	Head() *Header
	// Failed makes this the report of a run that failed as a whole.
	Failed(Header)
	// Document returns the report for people. An error means that data stored on disk
	// could not be read back.
	Document(View) (*Document, error)
}

// Reports returns an empty report of each kind. It is the only list of kinds.
func Reports() []Report {
	return []Report{&Diagnosis{}, &SecretList{}, &Explanation{}, &Renewal{}, &CertificateRenewal{}, &Removal{}, &Federation{}, &Plan{}, &Apply{}, &Where{}, &Incident{}, &Scan{}}
}

func (*Diagnosis) Kind() Kind          { return "diagnose" }
func (*SecretList) Kind() Kind         { return "list-secrets" }
func (*Explanation) Kind() Kind        { return "explain" }
func (*Renewal) Kind() Kind            { return "renew-secret" }
func (*CertificateRenewal) Kind() Kind { return "renew-certificate" }
func (*Removal) Kind() Kind            { return "remove-secret" }
func (*Federation) Kind() Kind         { return "federate" }
func (*Plan) Kind() Kind               { return "plan" }
func (*Apply) Kind() Kind              { return "apply" }
func (*Where) Kind() Kind              { return "where" }
func (*Incident) Kind() Kind           { return "incident" } // of scan --incident
func (*Scan) Kind() Kind               { return "scan" }

func (h *Header) Head() *Header { return h }

// Failed copies the header of the failed run.
func (h *Header) Failed(of Header) { *h = of }

// View says how much of a report to show.
type View struct {
	// Rows is the maximum number of rows of a long table.
	Rows int
	// All includes what is for information only.
	All bool
	// GroupBy groups the findings, such as by GroupByOwner. If empty, they are grouped
	// by rule.
	GroupBy string
}

// Ways to group the findings of a scan, besides by rule.
const (
	GroupByOwner       = "owner"
	GroupByApplication = "application"
	GroupByTenant      = "tenant"
)

// Judged is a report with cases, for machine-readable formats such as JUnit and SARIF.
type Judged interface {
	Report
	Survey() (*Survey, error)
}

// Tabular is a report that can be written as a table of data. Columns are named as in
// JSON, and each row has as many values. A value is a string, a number, a boolean, a time,
// a msg.Text or a pointer to one of these.
type Tabular interface {
	Report
	Rows() (columns []string, rows iter.Seq2[[]any, error])
}

// Dated is a report with expiry dates.
type Dated interface {
	Report
	Expiries() iter.Seq2[Expiry, error]
}

// Expiry is the expiry date of a credential, with its application.
type Expiry struct {
	AppID, Name string
	Credential
}

// Measured is a report with metrics besides its status and time.
type Measured interface {
	Report
	// Metrics returns the samples, and labels for all of them. The labels keep the files of
	// several applications from colliding.
	Metrics() (labels [][2]string, samples []Metric, err error)
}

// Metric is one sample of a gauge. Labels are pairs of name and value.
type Metric struct {
	Name, Help string
	Value      float64
	Labels     [][2]string
}

// Streamed is a report with lists that may not fit in memory. Streams returns a copy of
// the report without the lists, the lists by their JSON field names, and the last line
// of a report that is written with one element of the first list per line.
type Streamed interface {
	Report
	Streams() (head Report, lists []Stream, closing any)
}

// A Stream is a long list and its JSON field.
type Stream struct {
	Field string
	Each  iter.Seq2[any, error]
}

// Survey is everything that a report checked, and its subject.
type Survey struct {
	Tenant, AppID, Name string
	// Cases start with the case for the whole report.
	Cases []Case
	// Data is for graphs in monitoring systems.
	Data []Datum
}

// A Case is one thing that was checked: a JUnit test case, a SARIF result or a GitHub
// annotation.
type Case struct {
	// Rule is a stable ID: of a root cause, a check or a credential state. About and
	// Help describe the rule.
	Rule        string
	About, Help msg.Text
	// Object distinguishes cases of the same rule, for example by key ID.
	Object string
	Title  msg.Text
	Status CheckStatus
	// Message says what was found in one sentence, Next what to do in one line. Detail
	// has everything else.
	Message, Next msg.Text
	Detail        []msg.Text
	// Tenant, AppID and Name are set if they differ from the survey's.
	Tenant, AppID, Name string
	// Follows is the title of the check that caused this failure. Told means that the
	// first case already covers it.
	Follows msg.Text
	Told    bool
	Took    time.Duration
}

// Further outcomes of cases. Noted is worth knowing and harmless. Open is a cause that the
// evidence does not exclude.
const (
	Noted CheckStatus = "noted"
	Open  CheckStatus = "open"
)

// A Datum is a number in the monitoring-plugin convention. Value is U if it is unknown.
// Warn is Window if the warning window is the threshold.
type Datum struct{ Label, Value, Unit, Warn, Crit, Min string }

// Window stands for the warning window in days.
const Window = "window"

func (s *Survey) add(c Case) { s.Cases = append(s.Cases, c) }

// failed adds a case for a run that failed as a whole, and reports whether it did.
func (s *Survey) failed(f *Failure) bool {
	if f == nil {
		return false
	}
	s.add(Case{Rule: "run-failed", Title: msg.Literal("run"), Status: CheckUnknown, Message: f.Message, Detail: f.Hints})
	return true
}

// inMemory returns the elements of a slice as a sequence without errors.
func inMemory[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// pointers returns pointers to the elements of a slice as a sequence without errors.
func pointers[T any](list []T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range list {
			if !yield(&list[i], nil) {
				return
			}
		}
	}
}

// named returns the first name that is not empty.
func named(names ...*string) string {
	for _, n := range names {
		if s := OrEmpty(n); s != "" {
			return s
		}
	}
	return ""
}

func literal(s *string) msg.Text { return msg.Literal(OrEmpty(s)) }
