package main

import (
	"crypto/sha256"
	stdjson "encoding/json"
	"fmt"
	"strings"
)

// maxGenerated limits the length of a generated name. It leaves room for a digest within the 253 characters of a name.
const maxGenerated = 230

// named gives an object a name if it has none. `output` is named after the Workload, as KubeVela does it, so that `placementRefs` may
// use `context.name`. An object of `outputs` also has its key in its name.
func named(object stdjson.RawMessage, workload, key string) (stdjson.RawMessage, error) {
	var fields map[string]stdjson.RawMessage
	if err := stdjson.Unmarshal(object, &fields); err != nil {
		return nil, err
	}
	if fields["apiVersion"] == nil || fields["kind"] == nil {
		return object, nil
	}
	metadata := map[string]stdjson.RawMessage{}
	if given, ok := fields["metadata"]; ok {
		if err := stdjson.Unmarshal(given, &metadata); err != nil || metadata == nil {
			// The host rejects it with a message about `metadata`.
			return object, nil
		}
	}
	if _, ok := metadata["name"]; ok {
		return object, nil
	}
	name, err := stdjson.Marshal(generatedName(workload, key))
	if err != nil {
		return nil, err
	}
	metadata["name"] = name
	if fields["metadata"], err = stdjson.Marshal(metadata); err != nil {
		return nil, err
	}
	return stdjson.Marshal(fields)
}

// generatedName is the same for each render of a deployment, and different for each key. A key that is not a part of a valid name is
// replaced by a similar text and a digest.
func generatedName(workload, key string) string {
	name := workload
	if key != "" {
		name += "-" + key
	}
	valid := strings.Map(func(letter rune) rune {
		switch {
		case letter >= 'a' && letter <= 'z', letter >= '0' && letter <= '9', letter == '-', letter == '.':
			return letter
		case letter >= 'A' && letter <= 'Z':
			return letter + 'a' - 'A'
		}
		return '-'
	}, name)
	valid = strings.Trim(valid[:min(len(valid), maxGenerated)], "-.")
	if valid == name {
		return name
	}
	digest := sha256.Sum256([]byte(name))
	return strings.TrimPrefix(fmt.Sprintf("%s-%x", valid, digest[:5]), "-")
}
