package target

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// kubernetesSecret is one key of a Secret in Kubernetes. It is read and written with
// kubectl. The Secret is replaced as a whole, with its other keys as they were read. If it
// was changed since, the server reports a conflict (metadata.resourceVersion).
type kubernetesSecret struct {
	place
	program.Client
	// context is a context of kubectl. Empty is the current one.
	context, namespace, secret, key string
	// former is the Secret before Store, or nil if there was none.
	former map[string]any
}

// kubeName matches the names of objects (RFC 1123), kubeKey the keys of a Secret.
var (
	kubeName = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
	kubeKey  = lazyregexp.New(`^[A-Za-z0-9._-]{1,253}$`)
)

func newKubernetes(rest string, d Deps) (Target, error) {
	where, key, ok := cutName(rest, kubeKey)
	parts := strings.Split(where, "/")
	n := len(parts)
	if !ok || n < 2 || !matchAll(kubeName, parts[n-2:]...) || strings.HasPrefix(where, "-") {
		return nil, fail.Usage(msg.New("the target kubernetes needs a namespace, a Secret and a key"),
			msg.New("for example: %s", "--to kubernetes:production/mailstore#client-secret"))
	}
	c := &kubernetesSecret{place: newPlace("kubernetes:" + rest), Client: program.Client{Name: "kubectl", Environ: d.Environ},
		// Contexts of some clouds have slashes in their names.
		context: strings.Join(parts[:n-2], "/"), namespace: parts[n-2], secret: parts[n-1], key: key}
	c.next = msg.New("Restart pods that read the value from an environment variable, for example with: %s", commandline.Words{"kubectl", "-n", c.namespace, "rollout", "restart", "deployment", "NAME"})
	return c, nil
}

func (c *kubernetesSecret) args(words ...string) []string {
	if c.context != "" {
		words = append(words, "--context="+c.context)
	}
	return append(words, "--namespace="+c.namespace)
}

// get returns the Secret as JSON, or nil if it does not exist.
func (c *kubernetesSecret) get(ctx context.Context) (map[string]any, error) {
	out, err := c.Ask(ctx, c.args("get", "secret", c.secret, "--ignore-not-found", "--output=json")...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	var object map[string]any
	if json.Unmarshal(out, &object) != nil || object["kind"] != "Secret" {
		return nil, msg.Error(msg.New("the output of kubectl is not a Secret"))
	}
	return object, nil
}

// put writes the Secret with a value for the key, or creates it if object is nil. With try,
// the server only checks whether it would accept that.
func (c *kubernetesSecret) put(ctx context.Context, object map[string]any, value string, try bool) error {
	verb := "replace"
	if object == nil {
		verb = "create"
		object = map[string]any{"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": map[string]any{"name": c.secret, "namespace": c.namespace}}
	}
	data := map[string]any{}
	maps.Copy(data, dataOf(object))
	data[c.key] = base64.StdEncoding.EncodeToString([]byte(value))
	changed := maps.Clone(object)
	changed["data"] = data
	return c.send(ctx, verb, changed, try)
}

func (c *kubernetesSecret) send(ctx context.Context, verb string, object map[string]any, try bool) error {
	text, err := json.Marshal(object)
	if err != nil {
		return err
	}
	args := c.args(verb, "--filename=-", "--output=name")
	if try {
		args = append(args, "--dry-run=server")
	}
	_, _, err = c.Give(ctx, string(text), nil, args...)
	return err
}

// dataOf returns the keys of a Secret and their values in base64.
func dataOf(object map[string]any) map[string]any {
	data, _ := object["data"].(map[string]any)
	return data
}

// Check reads the Secret, and asks the server whether it would accept the change.
func (c *kubernetesSecret) Check(ctx context.Context) error {
	object, err := c.get(ctx)
	if err != nil {
		return c.failure(err)
	}
	if object == nil {
		c.remark = msg.New("The Secret does not exist and will be created.")
	} else if _, set := dataOf(object)[c.key]; !set {
		c.remark = msg.New("The Secret has no key %s; it will be added.", c.key)
	}
	return c.failure(c.put(ctx, object, "trial", true))
}

func (c *kubernetesSecret) Read(ctx context.Context) (secrets.Value, error) {
	object, err := c.get(ctx)
	text, _ := dataOf(object)[c.key].(string)
	value, notBase64 := base64.StdEncoding.DecodeString(text)
	if err != nil || notBase64 != nil {
		return secrets.Value{}, c.failure(err)
	}
	return secrets.NewValue(strings.TrimSuffix(string(value), "\n")), nil
}

func (c *kubernetesSecret) Store(ctx context.Context, s Secret) error {
	object, err := c.get(ctx)
	if err != nil {
		return c.failure(err)
	}
	c.former, c.touched = object, true
	return c.settle(ctx, c.put(ctx, object, s.Value.Reveal(), false), s.Value, c.Read)
}

// Undo restores the previous value of the key. If there was no Secret, it deletes it, unless
// it has other keys by now: somebody else may have created it at the same time.
func (c *kubernetesSecret) Undo(ctx context.Context) error {
	if !c.touched {
		return nil
	}
	now, err := c.get(ctx)
	if err != nil || now == nil {
		return c.failure(err)
	}
	data := map[string]any{}
	maps.Copy(data, dataOf(now))
	if value, set := dataOf(c.former)[c.key]; set {
		data[c.key] = value
	} else {
		delete(data, c.key)
	}
	if c.former == nil && len(data) == 0 {
		_, err := c.Ask(ctx, c.args("delete", "secret", c.secret, "--ignore-not-found", "--output=name")...)
		return c.failure(err)
	}
	now["data"] = data
	return c.failure(c.send(ctx, "replace", now, false))
}
