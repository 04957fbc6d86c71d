package target

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/secrets"
)

// cluster is one key of a Secret in Kubernetes, written by kubectl. The Secret is
// replaced as it was read, so that its other keys stay, and a change in between is
// a conflict (metadata.resourceVersion).
type cluster struct {
	oneWay
	program.Client
	context, namespace, secret, key string
	remark                          msg.Text
	// former is the Secret before this run stored something, nil where there was
	// none; changed says that it may have changed since.
	former  map[string]any
	changed bool
}

// Names of Kubernetes: of objects (RFC 1123), and of keys.
var (
	kubeName = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)
	kubeKey  = lazyregexp.New(`^[A-Za-z0-9._-]{1,253}$`)
)

func newKubernetes(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return nil, kubernetesUsage()
	}
	parts := strings.Split(rest[:at], "/")
	n := len(parts)
	if n < 2 || !kubeName().MatchString(parts[n-2]) || !kubeName().MatchString(parts[n-1]) || !kubeKey().MatchString(rest[at+1:]) {
		return nil, kubernetesUsage()
	}
	c := &cluster{Client: program.Client{Name: "kubectl", Environ: d.Environ}, namespace: parts[n-2], secret: parts[n-1], key: rest[at+1:]}
	c.context = strings.Join(parts[:n-2], "/") // the names of some clouds' contexts have slashes
	if strings.HasPrefix(c.context, "-") {
		return nil, kubernetesUsage()
	}
	return c, nil
}

func kubernetesUsage() error {
	return fail.Usage(msg.New("the target kubernetes needs a namespace, a Secret and a key"),
		msg.New("for example: %s", "--to kubernetes:production/mailstore#client-secret"))
}

func (c *cluster) Spec() string {
	place := c.namespace + "/" + c.secret + "#" + c.key
	if c.context != "" {
		place = c.context + "/" + place
	}
	return "kubernetes:" + place
}
func (c *cluster) Format(s fmt.State, _ rune) { spell(s, c) }
func (c *cluster) Remark() msg.Text           { return c.remark }

// Next implements Target.
func (c *cluster) Next() msg.Text {
	return msg.New("Restart pods that read the value from an environment variable, for example with: %s", commandline.Words{"kubectl", "-n", c.namespace, "rollout", "restart", "deployment", "NAME"})
}

func (c *cluster) args(words ...string) []string {
	if c.context != "" {
		words = append(words, "--context="+c.context)
	}
	return append(words, "--namespace="+c.namespace)
}

// get reads the Secret, nil where there is none.
func (c *cluster) get(ctx context.Context) (map[string]any, error) {
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

// put writes the Secret with a value under the key. try asks the server whether it
// would accept that, and changes nothing.
func (c *cluster) put(ctx context.Context, object map[string]any, value string, try bool) error {
	verb := "replace"
	if object == nil {
		verb = "create"
		object = map[string]any{"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": map[string]any{"name": c.secret, "namespace": c.namespace}}
	}
	changed := map[string]any{}
	maps.Copy(changed, object)
	data := map[string]any{}
	if old, ok := object["data"].(map[string]any); ok {
		maps.Copy(data, old)
	}
	data[c.key] = base64.StdEncoding.EncodeToString([]byte(value))
	changed["data"] = data
	return c.send(ctx, verb, changed, try)
}

func (c *cluster) send(ctx context.Context, verb string, object map[string]any, try bool) error {
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

// Check reads the Secret, and lets the server try the change.
func (c *cluster) Check(ctx context.Context) error {
	object, err := c.get(ctx)
	if err != nil {
		return failure(c, err)
	}
	switch _, set := held64(object, c.key); {
	case object == nil:
		c.remark = msg.New("The Secret does not exist and will be created.")
	case !set:
		c.remark = msg.New("The Secret has no key %s; it will be added.", c.key)
	}
	return failure(c, c.put(ctx, object, "trial", true))
}

func held64(object map[string]any, key string) (value string, set bool) {
	data, _ := object["data"].(map[string]any)
	text, set := data[key].(string)
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", false
	}
	return string(plain), set
}

func (c *cluster) Read(ctx context.Context) (secrets.Value, error) {
	object, err := c.get(ctx)
	if err != nil {
		return secrets.Value{}, failure(c, err)
	}
	value, _ := held64(object, c.key)
	return secrets.NewValue(strings.TrimSuffix(value, "\n")), nil
}

// Store replaces the Secret. Where the answer fails, what the cluster holds then
// tells whether it was done all the same.
func (c *cluster) Store(ctx context.Context, s Secret) error {
	object, err := c.get(ctx)
	if err != nil {
		return failure(c, err)
	}
	c.former, c.changed = object, true
	if err = c.put(ctx, object, s.Value.Reveal(), false); err == nil {
		return nil
	}
	if now, readErr := c.Read(context.WithoutCancel(ctx)); readErr == nil {
		if now == s.Value {
			return nil
		}
		c.changed = false
	}
	return failure(c, err)
}

// Undo gives the key its former value, or takes away what was made.
func (c *cluster) Undo(ctx context.Context) error {
	if !c.changed {
		return nil
	}
	if c.former == nil {
		_, err := c.Ask(ctx, c.args("delete", "secret", c.secret, "--ignore-not-found", "--output=name")...)
		return failure(c, err)
	}
	now, err := c.get(ctx)
	if err != nil {
		return failure(c, err)
	}
	if now == nil {
		return nil // somebody has deleted it
	}
	data, _ := now["data"].(map[string]any)
	old, _ := c.former["data"].(map[string]any)
	if value, set := old[c.key]; set {
		data[c.key] = value
	} else {
		delete(data, c.key)
	}
	return failure(c, c.send(ctx, "replace", now, false))
}
