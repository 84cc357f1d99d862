/** What somebody is called in the papers (甲方, 代理人), in the language of the page; what is not known stays as it is. */
import { useI18n } from 'vue-i18n'

const PARTIES = '甲乙丙丁戊己庚辛壬癸'
const PARTS: Readonly<Record<string, string>> = {
  专家: 'expert',
  代理人: 'representative',
  旁听人: 'observer',
  法定代理人: 'guardian',
  翻译: 'interpreter',
  见证人: 'witness',
  ...Object.fromEntries([...PARTIES].map((nth, n) => [`${nth}方`, `party_${'abcdefghij'.charAt(n)}`])),
}

export function useLabel(): (label: string) => string {
  const { t } = useI18n()
  const one = (label: string): string => t(`case.label.${PARTS[label]}`)
  return (label) => {
    if (PARTS[label]) return one(label)
    const [party, part] = [label.slice(0, 2), label.slice(2)] // 乙方代理人
    return PARTS[party] && PARTS[part] ? t('case.label.of', { part: one(part), party: one(party) }) : label
  }
}
