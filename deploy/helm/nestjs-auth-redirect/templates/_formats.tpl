{{/* Fails with a sentence if a value has another form than files/formats.yaml says. */}}
{{- define "auth-redirect.checkFormats" -}}
{{- range $format := .Files.Get "files/formats.yaml" | fromYamlArray -}}
{{- range $path := $format.values -}}
{{- include "auth-redirect.checkFormat" (dict "value" $.Values "name" "" "path" (splitList "." $path) "format" $format) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Checks the values at a path below a value. The sentence does not repeat the value, which may hold a secret. */}}
{{- define "auth-redirect.checkFormat" -}}
{{- $format := .format -}}
{{- if not .path -}}
{{- if and (kindIs "string" .value) .value (not (regexMatch $format.pattern .value)) -}}
{{- fail (printf "%s %s" .name $format.otherwise) -}}
{{- end -}}
{{- else -}}
{{- $rest := rest .path -}}
{{- if and (eq (first .path) "*") (kindIs "slice" .value) -}}
{{- range $index, $item := .value -}}
{{- include "auth-redirect.checkFormat" (dict "value" $item "name" (printf "%s[%d]" $.name $index) "path" $rest "format" $format) -}}
{{- end -}}
{{- else if and (eq (first .path) "*") (kindIs "map" .value) -}}
{{- range $key, $item := .value -}}
{{- include "auth-redirect.checkFormat" (dict "value" $item "name" (printf "%s.%s" $.name $key) "path" $rest "format" $format) -}}
{{- end -}}
{{- else if kindIs "map" .value -}}
{{- $name := ternary (first .path) (printf "%s.%s" .name (first .path)) (eq .name "") -}}
{{- include "auth-redirect.checkFormat" (dict "value" (get .value (first .path)) "name" $name "path" $rest "format" $format) -}}
{{- end -}}
{{- end -}}
{{- end -}}
