package diagnose

import (
	"regexp"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

// difference is a part in which a token and a federated credential disagree.
type difference struct {
	part              msg.Text
	token, credential string
}

// subjectForm is how an issuer writes subjects. The groups of its shape are the
// parts, in the order of their names.
type subjectForm struct {
	shape func() *regexp.Regexp
	parts []msg.Text
}

// subjectForms are those of the issuers that people use most, by the public
// documentation of each: GitHub Actions, Kubernetes, Azure DevOps, GitLab and HCP
// Terraform.
func subjectForms() []subjectForm {
	return []subjectForm{
		{githubSubject, []msg.Text{msg.New("repository owner"), {}, msg.New("repository"), {}, msg.New("branch, tag, environment or event")}},
		{kubernetesSubject, []msg.Text{msg.New("namespace"), msg.New("service account")}},
		{devOpsSubject, []msg.Text{msg.New("organization"), msg.New("project"), msg.New("service connection")}},
		{gitlabSubject, []msg.Text{msg.New("project"), msg.New("kind of ref"), msg.New("ref")}},
		{terraformSubject, []msg.Text{msg.New("organization"), msg.New("project"), msg.New("workspace"), msg.New("run phase")}},
	}
}

var (
	// githubSubject may carry the IDs of owner and repository (since July 2026).
	githubSubject     = lazyregexp.New(`^repo:([^/@:]+)(@\d+)?/([^@:]+)(@\d+)?:(.+)$`)
	kubernetesSubject = lazyregexp.New(`^system:serviceaccount:([^:]+):([^:]+)$`)
	devOpsSubject     = lazyregexp.New(`^sc://([^/]+)/([^/]+)/(.+)$`)
	gitlabSubject     = lazyregexp.New(`^project_path:([^:]+):ref_type:([^:]+):ref:(.+)$`)
	terraformSubject  = lazyregexp.New(`^organization:([^:]+):project:([^:]+):workspace:([^:]+):run_phase:([^:]+)$`)
)

// differences are the parts in which a token does not agree with a credential.
func differences(t secrets.FederatedToken, c objects.Credential) []difference {
	all := issuerDifference(t.Issuer, c.Issuer)
	all = append(all, subjectDifferences(t.Subject, c.Subject)...)
	if !overlap(t.Audiences, c.Audiences) {
		all = append(all, difference{msg.New("audience"), strings.Join(t.Audiences, ", "), strings.Join(c.Audiences, ", ")})
	}
	return all
}

func issuerDifference(token, credential string) []difference {
	part := msg.New("issuer")
	switch {
	case token == credential:
		return nil
	case strings.TrimSuffix(token, "/") == strings.TrimSuffix(credential, "/"):
		part = msg.New("trailing slash of the issuer")
	case strings.EqualFold(token, credential):
		part = msg.New("letter case of the issuer")
	}
	return []difference{{part, token, credential}}
}

// subjectDifferences names the parts of the subject that differ. A flexible
// credential has an expression in place of it, which nothing is said of.
func subjectDifferences(token, credential string) []difference {
	switch {
	case token == credential:
		return nil
	case credential == "":
		return []difference{{msg.New("expression for the subject"), token, "claimsMatchingExpression"}}
	case strings.EqualFold(token, credential):
		return []difference{{msg.New("letter case of the subject"), token, credential}}
	case withoutIDs(token) == withoutIDs(credential):
		return []difference{{msg.New("IDs of owner and repository in the subject"), token, credential}}
	}
	for _, form := range subjectForms() {
		a, b := form.shape().FindStringSubmatch(token), form.shape().FindStringSubmatch(credential)
		if a != nil && b != nil {
			return form.compare(a[1:], b[1:])
		}
	}
	return []difference{{msg.New("subject"), token, credential}}
}

func (f subjectForm) compare(token, credential []string) []difference {
	var all []difference
	for i, part := range f.parts {
		if token[i] == credential[i] {
			continue
		}
		if part.IsZero() {
			part = msg.New("IDs of owner and repository in the subject")
		}
		all = append(all, difference{part, strings.TrimPrefix(token[i], "@"), strings.TrimPrefix(credential[i], "@")})
	}
	return all
}

// withoutIDs is a GitHub subject as it was before it carried IDs.
func withoutIDs(subject string) string {
	m := githubSubject().FindStringSubmatch(subject)
	if m == nil {
		return subject
	}
	return "repo:" + m[1] + "/" + m[3] + ":" + m[5]
}

// immutable reports whether a subject is GitHub's with the IDs of owner and
// repository.
func immutable(subject string) bool { return withoutIDs(subject) != subject }
