package federation

import (
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// Kubernetes is a service account.
type Kubernetes struct {
	// Context is that of kubectl; empty is the current one.
	Context            string
	Namespace, Account string
}

// kubeName is a name of Kubernetes (RFC 1123).
var kubeName = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// ParseKubernetes reads [CONTEXT/]NAMESPACE/SERVICEACCOUNT.
func ParseKubernetes(text string) (Kubernetes, error) {
	parts := strings.Split(text, "/")
	n := len(parts)
	if n < 2 || !kubeName().MatchString(parts[n-2]) || !kubeName().MatchString(parts[n-1]) {
		return Kubernetes{}, kubernetesUsage()
	}
	k := Kubernetes{Namespace: parts[n-2], Account: parts[n-1], Context: strings.Join(parts[:n-2], "/")}
	if strings.HasPrefix(k.Context, "-") {
		return Kubernetes{}, kubernetesUsage()
	}
	return k, nil
}

func kubernetesUsage() error {
	return fail.Usage(msg.New("--kubernetes needs a namespace and a service account"), msg.New("for example: %s", "--kubernetes production/mailstore"))
}

// Subject is what a token of the service account says (documentation of Kubernetes).
func (k Kubernetes) Subject() string {
	return "system:serviceaccount:" + k.Namespace + ":" + k.Account
}
